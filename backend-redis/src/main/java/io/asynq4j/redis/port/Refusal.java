package io.asynq4j.redis.port;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That Redis does not tell of keys that change: said once, and forgotten after a while, so that it is asked again. The same for
 * every driver. Safe for use by many threads.
 */
public final class Refusal {
    private static final Logger log = LoggerFactory.getLogger(Refusal.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final BiConsumer<Duration, Runnable> later;
    private final AtomicReference<@Nullable String> why = new AtomicReference<>();
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile Duration pause = FIRST_PAUSE;

    /** @param later runs something when a time has passed */
    public Refusal(BiConsumer<Duration, Runnable> later) {
        this.later = later;
    }

    /** Why Redis is not to be asked now; null when it may be. */
    public @Nullable String why() {
        return why.get();
    }

    /** Redis has refused, with this text. It is asked again after 10 s, and then after twice as long each time, up to 10 minutes. */
    public void refused(String text) {
        if (!why.compareAndSet(null, text)) {
            return;
        }
        if (said.compareAndSet(false, true)) {
            log.warn("Redis does not tell of new tasks, so that servers look for them instead: {}", text);
        }
        var now = pause;
        var longer = now.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        later.accept(now, () -> why.set(null));
    }

    /** Redis tells. */
    public void granted() {
        pause = FIRST_PAUSE;
        if (said.compareAndSet(true, false)) {
            log.info("Redis tells of new tasks now");
        }
    }
}
