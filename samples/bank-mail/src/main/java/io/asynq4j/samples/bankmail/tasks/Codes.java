package io.asynq4j.samples.bankmail.tasks;

import java.security.SecureRandom;

/** Codes that nobody guesses: 32 characters, of 62 kinds. */
public final class Codes {
    private static final int LENGTH = 32;
    private static final String KINDS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Codes() {}

    public static String fresh() {
        return RANDOM.ints(LENGTH, 0, KINDS.length())
                .mapToObj(KINDS::charAt)
                .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
                .toString();
    }
}
