package io.asynq4j.samples.bankmail.api;

import io.asynq4j.samples.bankmail.mail.Addresses;
import java.util.Locale;

/** Checks what strangers send. Each answers what is stored, or throws {@link IllegalArgumentException} with the rule. */
final class Inputs {
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_EMAIL = 254;
    private static final int LONGEST_TEXT = 1_000;

    private Inputs() {}

    static String name(String name) {
        var stripped = name.strip();
        check(!stripped.isEmpty(), "the name is missing");
        check(stripped.length() <= LONGEST_NAME, "the name is longer than " + LONGEST_NAME + " characters");
        check(stripped.chars().noneMatch(Character::isISOControl), "the name has a character that none may have");
        return stripped;
    }

    /** Whether the address exists, the mail server knows. One that no letter can be given is refused here. */
    static String email(String email) {
        var stripped = email.strip().toLowerCase(Locale.ROOT);
        int at = stripped.indexOf('@');
        check(at > 0 && at == stripped.lastIndexOf('@') && at < stripped.length() - 1, "the address is none");
        check(stripped.length() <= LONGEST_EMAIL, "the address is longer than " + LONGEST_EMAIL + " characters");
        check(
                stripped.chars().allMatch(c -> c > ' ' && c < 127 && ",;:<>()[]\\\"".indexOf(c) < 0),
                "the address is none");
        check(Addresses.isWellFormed(stripped), "the address is none");
        return stripped;
    }

    static String text(String text) {
        check(!text.isBlank(), "the text is missing");
        check(text.length() <= LONGEST_TEXT, "the text is longer than " + LONGEST_TEXT + " characters");
        return text.strip();
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
