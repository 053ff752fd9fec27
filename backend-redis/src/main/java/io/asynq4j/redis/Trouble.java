package io.asynq4j.redis;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs trouble that lasts when it starts and when it changes, and not each time it is met. Safe for use by many threads. */
final class Trouble {
    private final Logger log;
    private final AtomicReference<@Nullable String> last = new AtomicReference<>();

    Trouble(Logger log) {
        this.log = log;
    }

    /**
     * Tells what is the matter now.
     *
     * @param what cannot be done, for people
     * @param troubles why, in an order that does not change; empty when all is well
     */
    void report(String what, Collection<String> troubles) {
        var text = troubles.isEmpty() ? null : what + ": " + String.join("; ", troubles);
        if (!Objects.equals(text, last.getAndSet(text)) && text != null) {
            log.warn("{}", text);
        }
    }
}
