package io.asynq4j.redis;

import io.asynq4j.redis.port.Reply;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Unix seconds as sorted sets have them. */
final class Scores {
    private static final double LATEST = (double) Instant.MAX.getEpochSecond();

    private Scores() {}

    /** An instant from a score as Redis writes it, whole or not, or {@code inf}; null for less than zero. */
    static @Nullable Instant instant(Reply score) {
        double seconds = Double.parseDouble(score.text().replace("inf", "Infinity"));
        return seconds < 0 ? null : Instant.ofEpochSecond((long) Math.min(seconds, LATEST));
    }
}
