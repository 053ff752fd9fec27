package io.asynq4j.redis.port;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to a server. Never shown.
 *
 * @param user the ACL user; null for the default user
 * @param password null for no login at all
 */
public record Login(@Nullable String user, @Nullable String password) {
    private static final Login NONE = new Login(null, null);

    /** Refuses a user without a password. */
    public Login {
        if (user != null) {
            Objects.requireNonNull(password, "the password of a user");
        }
    }

    /** No login. */
    public static Login none() {
        return NONE;
    }

    /** Whether there is anything to log in with. */
    public boolean isPresent() {
        return password != null;
    }

    /** Tells nothing but whether there is one. */
    @Override
    public String toString() {
        return isPresent() ? "Login[***]" : "Login[none]";
    }
}
