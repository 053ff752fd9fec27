package io.asynq4j.samples.bankmail.app;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that is open, to be closed in the opposite order. Filled by one thread; closed by any, also meanwhile. */
final class Parts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // its lock guards both fields
    private boolean closed;

    /** @throws IllegalStateException when all was closed meanwhile; {@code part} is closed then, too */
    <T extends AutoCloseable> T add(T part) {
        synchronized (open) {
            if (!closed) {
                open.push(part);
                return part;
            }
        }
        close(part);
        throw new IllegalStateException("closed while it was being opened");
    }

    /** Closes all, also when one of them fails. */
    @Override
    public void close() {
        List<AutoCloseable> parts;
        synchronized (open) {
            closed = true;
            parts = List.copyOf(open);
            open.clear();
        }
        parts.forEach(Parts::close);
    }

    @SuppressWarnings("try") // whatever they throw
    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception failed) {
            log.error("{} could not be closed", part, failed);
        }
    }
}
