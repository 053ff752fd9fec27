package io.asynq4j.handler;

import org.jspecify.annotations.Nullable;

/** What lies under a failure. */
public final class Causes {
    private static final int DEEPEST = 100; // chains can be circular

    private Causes() {}

    /** The first of {@code failure} and its causes that is of {@code type}; null when none is. */
    public static <T extends Throwable> @Nullable T find(Class<T> type, Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
            cause = cause.getCause();
        }
        return null;
    }
}
