package io.asynq4j.samples.bankmail.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/** Which addresses a letter can be given at all. Whether anybody is there, the mail server knows. */
public final class Addresses {
    private Addresses() {}

    /** Whether {@code address} is written as RFC 822 has it, so that a letter can be sent to it. */
    public static boolean isWellFormed(String address) {
        try {
            parse(address);
            return true;
        } catch (AddressException none) {
            return false;
        }
    }

    static InternetAddress parse(String address) throws AddressException {
        return new InternetAddress(address, true);
    }
}
