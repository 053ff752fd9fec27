package io.asynq4j.redis.port;

import java.util.regex.Pattern;

/**
 * A URI as a message may show it, even one that is wrong in some way: whatever could be a secret is starred, rather too much
 * than too little.
 */
final class Redacted {
    private static final int LONGEST = 200;

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

    /** What is no port may be the end of {@code user:password} whose host was forgotten. */
    private static final Pattern NO_PORT = Pattern.compile(":(?!\\d{1,5}(?:,|$))[^,\\[\\]]*(?=,|$)");

    private static final Pattern PARAMETER = Pattern.compile("(?<=[?&])(?!(?:db|master)=)([^=&]*)=[^&]*");

    private Redacted() {}

    static String of(String uri) {
        var scheme = SCHEME.matcher(uri);
        int start = scheme.lookingAt() ? scheme.end() : 0;
        int at = uri.lastIndexOf('@');
        var shown =
                uri.substring(0, start) + (at >= start ? "***@" : "") + rest(uri.substring(Math.max(start, at + 1)));
        var printable = shown.replaceAll("\\p{Cntrl}", "?");
        return '"' + (printable.length() > LONGEST ? printable.substring(0, LONGEST) + "…" : printable) + '"';
    }

    private static String rest(String afterLogin) {
        int fragment = afterLogin.indexOf('#');
        var text = fragment < 0 ? afterLogin : afterLogin.substring(0, fragment);
        int end = UriParser.firstOf("/?", text);
        var hosts = NO_PORT.matcher(text.substring(0, end)).replaceAll(":***");
        return hosts + PARAMETER.matcher(text.substring(end)).replaceAll("$1=***") + (fragment < 0 ? "" : "#***");
    }
}
