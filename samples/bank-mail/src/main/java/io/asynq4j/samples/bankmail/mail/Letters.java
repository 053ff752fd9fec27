package io.asynq4j.samples.bankmail.mail;

import java.util.List;

/** What the bank writes. */
public final class Letters {
    private Letters() {}

    /** Asks for the code to be sent back; it stands on a line of its own. */
    public static Letter verification(String name, String address, String code) {
        return new Letter(
                address, "Please confirm your address", lines("Dear " + name + ",", "", "your code is", code, ""));
    }

    public static Letter welcome(String name, String address) {
        return new Letter(address, "Welcome", lines("Dear " + name + ",", "", "how nice to have you.", ""));
    }

    public static Letter reminder(String name, String address) {
        return new Letter(
                address,
                "Your address is still to be confirmed",
                lines("Dear " + name + ",", "", "we sent you a code. Did it get lost?", ""));
    }

    /** All that a member is to be told at the moment. */
    public static Letter notifications(String name, String address, List<String> texts) {
        var subject = texts.size() == 1 ? "A message for you" : texts.size() + " messages for you";
        return new Letter(address, subject, lines("Dear " + name + ",", "", String.join("\n", texts), ""));
    }

    public static Letter report(String address, long members, long verified) {
        return new Letter(address, "Members", lines(members + " members, " + verified + " of them confirmed", ""));
    }

    private static String lines(String... lines) {
        return String.join("\n", lines);
    }
}
