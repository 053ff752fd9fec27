package io.asynq4j.redis;

import io.asynq4j.spi.Signals.Cancellation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What messages mean. A cancellation of ours comes twice, with its queue and then without, for Go; the second one says nothing
 * new. One that comes without only is from another tool, and means the id in any queue.
 *
 * <p>Both messages are sent in one step, so the second follows soon, unless the connection is lost between them: what is
 * remembered is bounded.
 */
final class CancelMessages {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);
    private static final int MOST_REMEMBERED = 64;

    private final Consumer<Cancellation> listener;
    private final Deque<String> explained = new ArrayDeque<>(); // ids; guarded by itself

    CancelMessages(Consumer<Cancellation> listener) {
        this.listener = listener;
    }

    /** Names a task in a message; names of queues that our servers work on have no braces. */
    static String exact(String queue, String id) {
        return "{" + queue + "}" + id;
    }

    void hearExact(String message) {
        int end = message.indexOf('}');
        if (!message.startsWith("{") || end < 0) {
            log.debug("a message of no meaning came to the channel of cancellations");
            return;
        }
        var id = message.substring(end + 1);
        synchronized (explained) {
            explained.addLast(id);
            if (explained.size() > MOST_REMEMBERED) {
                explained.removeFirst();
            }
        }
        listener.accept(new Cancellation(message.substring(1, end), id));
    }

    void hear(String id) {
        boolean known;
        synchronized (explained) {
            known = explained.remove(id);
        }
        if (!known) {
            listener.accept(new Cancellation(null, id));
        }
    }
}
