package io.asynq4j.spi;

import io.asynq4j.time.Handle;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Being told that there may be something to do, instead of asking again and again. */
public interface WakeUps {
    /**
     * Starts to watch, until the watch is closed. Returns at once; nothing is promised before {@link Watch} is asked.
     *
     * <p>Both are hints, and no more: they may come without need, and in rare cases late, so whoever is told looks from time to
     * time all the same. They come on any thread, and must not block it.
     *
     * @param pending called when there may be tasks to fetch
     * @param due called when a task may be due earlier than it was known
     */
    Watch watch(Runnable pending, Runnable due);

    /**
     * Asks what there is, and to be told of what comes after that, in one step: nothing is missed in between. It is told once;
     * whoever wants to hear again asks again. Used by threads of the engine, which may be blocked.
     */
    interface Watch extends Handle {
        /** Whether tasks are pending in any of {@code queues} that is not paused. Hands out none. */
        Outlook pending(Collection<String> queues);

        /**
         * When the earliest of the tasks that wait for their time in scheduled and retry is due, for each of {@code queues} that
         * has any; empty when nobody would be told of earlier ones.
         */
        Optional<Map<String, Instant>> due(Collection<String> queues);
    }

    /** What there is to be fetched. */
    enum Outlook {
        /** Nothing, and it will be told when that changes. */
        NOTHING,

        /** Something. */
        SOMETHING,

        /** Nobody would be told, so look again and again. */
        UNTOLD
    }
}
