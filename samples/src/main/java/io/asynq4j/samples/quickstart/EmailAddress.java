package io.asynq4j.samples.quickstart;

import java.net.IDN;
import java.util.Locale;

/**
 * What an e-mail address must look like for us to write to it, in any alphabet (RFC 6531). Whether it exists, the mail server
 * knows.
 */
final class EmailAddress {
    private static final int LONGEST = 254;

    private EmailAddress() {}

    /**
     * {@code text} as we write it: without blanks around, and the domain in its ASCII form in lower case, so that the same
     * address is the same text.
     *
     * @throws IllegalArgumentException when it is no address; the message tells the rule that is broken
     */
    static String normal(String text) {
        var address = text.strip();
        int at = address.indexOf('@');
        check(!address.isEmpty(), "the address is missing");
        check(at >= 0, "the address has no @");
        check(address.indexOf('@', at + 1) < 0, "the address has more than one @");
        check(at > 0, "nothing is before the @ of the address");
        check(at < address.length() - 1, "nothing is after the @ of the address");
        check(address.chars().noneMatch(EmailAddress::isForbidden), "the address has a character that none may have");
        check(address.length() <= LONGEST, "the address is longer than " + LONGEST + " characters");
        return address.substring(0, at + 1) + domain(address.substring(at + 1));
    }

    private static String domain(String name) {
        try {
            return IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException noDomain) {
            throw new IllegalArgumentException("what follows the @ of the address is no domain", noDomain);
        }
    }

    private static boolean isForbidden(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || ",;:<>()[]\\\"".indexOf(c) >= 0;
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
