package io.asynq4j.client;

import io.asynq4j.task.Task;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps payloads small: tells of large ones, once for each type, and refuses those beyond a bound. */
final class PayloadGuard {
    private static final Logger log = LoggerFactory.getLogger(TaskClient.class);
    private static final int LARGE = 64 * 1024;
    private static final int MOST_TYPES = 1_000; // those told of; beyond that nobody reads them

    private final int most;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    PayloadGuard(int most) {
        this.most = most;
    }

    /** @throws IllegalArgumentException when the payload is beyond the bound */
    void check(Task task) {
        int size = task.payload().size();
        if (size > most) {
            throw new IllegalArgumentException("payload of task type \"" + task.type() + "\" must have at most " + most
                    + " bytes, not " + size + "; keep large data elsewhere, and enqueue where it is");
        }
        if (isNews(task.type(), size)) {
            log.warn(
                    "a task of type {} has a payload of {} bytes: from {} on they are slow for Redis; told once for a type",
                    task.type(),
                    size,
                    LARGE);
        }
    }

    /** Whether people should hear of a payload of that size: it is large, and none of this type was before. */
    boolean isNews(String type, int size) {
        return size >= LARGE && told.size() < MOST_TYPES && told.add(type);
    }
}
