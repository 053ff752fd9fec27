package io.asynq4j.kotlin

import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.ContextKey
import io.asynq4j.handler.TaskContext
import io.asynq4j.task.Codec
import io.asynq4j.task.Payload
import io.asynq4j.task.PayloadException
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.ExperimentalTime
import kotlin.time.Instant
import kotlin.time.toKotlinInstant

/**
 * What a handler may know about the attempt it works on: the receiver of its block, and an element of its coroutine's
 * context. Safe for use by many threads.
 *
 * @property context the same for Java
 * @sample io.asynq4j.kotlin.samples.askForTheTask
 */
@OptIn(ExperimentalTime::class)
public class CurrentTask internal constructor(public val context: TaskContext, private val blocking: Boolean) :
    AbstractCoroutineContextElement(Key) {
    /** The task's id, unique within its queue. */
    public val id: String get() = context.taskId()

    public val queue: String get() = context.queue()

    /** The name of the task's type. */
    public val type: String get() = context.type()

    public val headers: Map<String, String> get() = context.headers()

    /** How many of its retries the task has used up before this attempt. */
    public val retried: Int get() = context.retried()

    public val maxRetry: Int get() = context.maxRetry()

    /** When this attempt is cancelled at the latest. */
    public val deadline: Instant get() = context.deadline().toKotlinInstant()

    /** Why this attempt was cancelled; null while it was not. */
    public val cancelled: CancelReason? get() = context.cancelled().orElse(null)

    /**
     * The value that the server's settings or a middleware have put there; null when nobody has.
     *
     * @sample io.asynq4j.kotlin.samples.writeReport
     */
    public fun <T : Any> value(key: ContextKey<T>): T? = context.value(key).orElse(null)

    /**
     * Keeps [result], as [codec] writes it, with the task, in place of one that was written before. It stays while the task does:
     * for its retention after success. A task without retention is gone when it has succeeded, and its result with it.
     *
     * @throws PayloadException when the codec cannot write it
     * @throws IllegalArgumentException when it has more than [TaskContext.MAX_RESULT_BYTES]
     * @throws io.asynq4j.handler.TaskCancelledException when the attempt was cancelled, or is not this server's any more
     * @throws io.asynq4j.task.BrokerUnavailableException when no answer came; the result may then be kept or not
     * @sample io.asynq4j.kotlin.samples.writeReport
     */
    public suspend fun <T : Any> writeResult(codec: Codec<T>, result: T) {
        val bytes = try {
            codec.encode(result)
        } catch (unwritable: RuntimeException) {
            throw PayloadException(type, "cannot write the result: ${unwritable.message}", unwritable)
        }
        writeResult(Payload.wrap(bytes))
    }

    /**
     * Keeps [result] with the task as it is, like the other [writeResult].
     *
     * @sample io.asynq4j.kotlin.samples.writeReport
     */
    public suspend fun writeResult(result: Payload) {
        awaitAnswer(blocking) { context.writeResultAsync(result) }
    }

    override fun toString(): String = "$type $id of queue $queue"

    public companion object Key : CoroutineContext.Key<CurrentTask>
}

/**
 * The task that the calling coroutine works on.
 *
 * @throws IllegalStateException outside of a handler
 * @sample io.asynq4j.kotlin.samples.askForTheTask
 */
public suspend fun currentTask(): CurrentTask = checkNotNull(currentTaskOrNull()) { "no task is being worked on here" }

/**
 * The task that the calling coroutine works on, or null outside of a handler.
 *
 * @sample io.asynq4j.kotlin.samples.askForTheTask
 */
public suspend fun currentTaskOrNull(): CurrentTask? = currentCoroutineContext()[CurrentTask]
