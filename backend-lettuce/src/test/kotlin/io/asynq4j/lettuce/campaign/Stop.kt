package io.asynq4j.lettuce.campaign

import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger

/** A point on the path of a task at which a process can be told to stop, so that it is killed exactly there. */
internal enum class Point {
    /** Tasks have been handed out, and no handler knows of them yet. */
    FETCHED,

    /** Handlers have ended, and Redis does not know it yet. */
    HANDLED,

    /** The outcomes are on their way to Redis. */
    SENT,

    /** Redis has written the outcomes and said so, but the engine has not heard it. */
    ANSWERED,

    /** Many new tasks are on their way to Redis. */
    SUBMITTING,

    /** Members of a group have been staged, and nobody has read them yet. */
    STAGED,

    /** Members have been made into a task, and Redis does not know it yet. */
    AGGREGATED,

    /** The task of a group is on its way to Redis. */
    FINISHING,

    /** Redis has stored the task of a group and said so, but the engine has not heard it. */
    FINISHED,

    /** Anywhere: it is not the process that chooses. */
    RANDOM,
}

/** Stops whoever comes to [point] as the [nth] one: tells the parent and never returns. */
internal class Stop(private val point: Point, private val nth: Int) {
    private val count = AtomicInteger()

    /** Whether the caller, who is at [here], is the one to be stopped. Counts him. */
    fun isDue(here: Point) = here == point && count.incrementAndGet() == nth

    fun forGood(): Nothing {
        println("AT $point")
        while (true) {
            CountDownLatch(1).await()
        }
    }
}
