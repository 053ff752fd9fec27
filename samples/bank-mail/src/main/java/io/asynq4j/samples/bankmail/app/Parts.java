package io.asynq4j.samples.bankmail.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that is open, to be closed in the opposite order. Filled by one thread; closed once, by any. */
final class Parts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    /** Closes all, also when one of them fails. */
    @Override
    @SuppressWarnings("try") // whatever they throw
    public void close() {
        for (var part : open) {
            try {
                part.close();
            } catch (Exception failed) {
                log.error("{} could not be closed", part, failed);
            }
        }
        open.clear();
    }
}
