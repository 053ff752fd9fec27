package io.asynq4j.redis.port;

import java.util.Optional;
import java.util.regex.Pattern;

/** Whether a server is new enough, asked when a driver opens a port. */
public final class ServerVersion {
    /** What a server has to be asked; a refusal says nothing about its version. */
    public static final Call QUESTION = Call.of("INFO").arg("server").build();

    /** What to say where a driver insists on {@code HELLO}, which came with version 6, and the server has none. */
    public static final String BEFORE_6 = tooOld("a Redis before version 6");

    private static final int MAJOR = 6;
    private static final int MINOR = 2;
    private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:((\\d{1,9})\\.(\\d{1,9})[^\\s]*)");

    private ServerVersion() {}

    /**
     * Why we cannot work with a server; empty when we can, as far as it says.
     *
     * @param info what it has answered to {@link #QUESTION}; Valkey tells there which Redis it is like
     */
    public static Optional<String> objection(String info) {
        var version = VERSION.matcher(info);
        if (!version.find()) {
            return Optional.empty();
        }
        int major = Integer.parseInt(version.group(2));
        int minor = Integer.parseInt(version.group(3));
        return major > MAJOR || (major == MAJOR && minor >= MINOR)
                ? Optional.empty()
                : Optional.of(tooOld("Redis " + version.group(1)));
    }

    private static String tooOld(String what) {
        return "this is " + what + ", and asynq4j needs Redis " + MAJOR + "." + MINOR + " or later, or Valkey";
    }
}
