package io.asynq4j.samples.quickstart;

import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.handler.TaskContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how attempts end, and knows which tasks of this run have not. Safe for use by many threads. */
final class Progress {
    private final Set<String> ours;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> earlier = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger retried = new AtomicInteger();
    private final AtomicInteger archived = new AtomicInteger();

    /** Waits for the tasks with these ids. */
    Progress(Set<String> ours) {
        this.ours = Set.copyOf(ours);
        waiting.addAll(ours);
    }

    /**
     * A moment of it.
     *
     * @param waiting tasks of this run that are still to be done
     * @param sent tasks of this run that succeeded
     * @param retried attempts that failed and will be made again
     * @param archived tasks that were given up
     * @param earlier tasks that succeeded and were enqueued by an earlier run
     */
    record Counts(int waiting, int sent, int retried, int archived, int earlier) {}

    Counts counts() {
        return new Counts(waiting.size(), sent.get(), retried.get(), archived.get(), earlier.size());
    }

    /** The ids of tasks that succeeded and were enqueued by an earlier run. */
    Set<String> earlier() {
        return Set.copyOf(earlier);
    }

    /** What counts, around the handlers. */
    Middleware counting() {
        return Middleware.around((task, context, next) -> {
            try {
                next.handle(task, context);
            } catch (Exception failed) {
                failed(context, failed);
                throw failed;
            }
            succeeded(context.taskId());
        });
    }

    private void succeeded(String id) {
        if (!ours.contains(id)) {
            earlier.add(id);
        } else if (waiting.remove(id)) {
            sent.incrementAndGet();
        }
    }

    private void failed(TaskContext context, Exception failure) {
        if (context.cancelled().filter(CancelReason.SHUTDOWN::equals).isPresent()) {
            return; // the task goes back to its queue as if nothing had happened
        }
        if (failure instanceof SkipRetryException || context.retried() >= context.maxRetry()) {
            archived.incrementAndGet();
            waiting.remove(context.taskId());
        } else {
            retried.incrementAndGet();
        }
    }
}
