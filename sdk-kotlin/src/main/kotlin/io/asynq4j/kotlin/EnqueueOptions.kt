package io.asynq4j.kotlin

import io.asynq4j.task.Options
import kotlin.time.Duration
import kotlin.time.ExperimentalTime
import kotlin.time.Instant
import kotlin.time.toJavaDuration
import kotlin.time.toJavaInstant

/**
 * How a task is to be treated, as the receiver of a block. What stays null has its default, or what the task or its type
 * says; the rules and the defaults are those of [Options]. A wrong value is refused with [IllegalArgumentException] when
 * the block has ended. Used by one thread.
 *
 * @sample io.asynq4j.kotlin.samples.enqueueOne
 */
@OptIn(ExperimentalTime::class)
public class EnqueueOptions internal constructor() {
    /** The queue to put the task on; not blank, without braces. */
    public var queue: String? = null

    /** The task's id, unique in its queue; not blank. */
    public var taskId: String? = null

    /** How often the task is run again after a failure, 0 or more. */
    public var maxRetry: Int? = null

    /** How long one attempt may take, more than zero. */
    public var timeout: Duration? = null

    /** When the task is to be finished at the latest. */
    public var deadline: Instant? = null

    /** For how long other tasks of the same queue, type and payload are refused, at least 1 s. */
    public var uniqueFor: Duration? = null

    /** What makes the task one of a kind for [uniqueFor], in place of its payload: other tasks of the same key are refused. */
    public var uniqueKey: String? = null

    /** Runs the task not before this time. Only one of [processAt] and [processIn] can be set. */
    public var processAt: Instant? = null

    /** Runs the task this long after it was enqueued. Only one of [processAt] and [processIn] can be set. */
    public var processIn: Duration? = null

    /** How long the task and its result are kept after success, 0 or more. */
    public var retention: Duration? = null

    /** Collects the task with others of this group, to be aggregated into one; not blank. */
    public var group: String? = null

    private val headers = mutableMapOf<String, String>()

    /**
     * Adds a header, or replaces the one of this name.
     *
     * @sample io.asynq4j.kotlin.samples.enqueueOne
     */
    public fun header(name: String, value: String) {
        headers[name] = value
    }

    private fun build(): Options {
        require(processAt == null || processIn == null) {
            "only one of processAt and processIn can be set, and there are both: $processAt and $processIn"
        }
        return Options.defaults()
            .laid(queue) { queue(it) }
            .laid(taskId) { taskId(it) }
            .laid(maxRetry) { maxRetry(it) }
            .laid(timeout) { timeout(it.toJavaDuration()) }
            .laid(deadline) { deadline(it.toJavaInstant()) }
            .laid(uniqueFor) { uniqueFor(it.toJavaDuration()) }
            .laid(uniqueKey) { uniqueKey(it) }
            .laid(processAt) { processAt(it.toJavaInstant()) }
            .laid(processIn) { processIn(it.toJavaDuration()) }
            .laid(retention) { retention(it.toJavaDuration()) }
            .laid(group) { group(it) }
            .laid(headers.takeIf { it.isNotEmpty() }) { headers(it) }
    }

    private inline fun <T : Any> Options.laid(value: T?, set: Options.(T) -> Options): Options =
        if (value == null) this else set(value)

    internal companion object {
        fun of(block: EnqueueOptions.() -> Unit): Options = EnqueueOptions().apply(block).build()
    }
}
