package io.asynq4j.kotlin

import io.asynq4j.client.TaskClient
import io.asynq4j.spi.Broker
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Task
import io.asynq4j.task.TaskInfo
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext
import java.util.concurrent.CompletionStage

/**
 * Puts tasks on queues. Every member suspends where it waits, and none blocks the caller's thread.
 *
 * Safe for use by many coroutines. Whoever opened the broker closes it.
 *
 * @sample io.asynq4j.kotlin.samples.enqueueOne
 */
public class CoroutineTaskClient internal constructor(private val client: TaskClient, private val blocking: Boolean) {
    /**
     * Stores [task] with [options] laid over its own, and answers it as it was stored.
     *
     * A coroutine that is cancelled while it waits does not learn whether the task was stored.
     *
     * @throws io.asynq4j.task.TaskIdConflictException when the id is taken
     * @throws io.asynq4j.task.DuplicateTaskException when the unique lock is held
     * @throws io.asynq4j.task.BrokerUnavailableException when no answer came; the task may then be stored or not
     * @throws IllegalArgumentException when an option is wrong
     * @sample io.asynq4j.kotlin.samples.enqueueOne
     */
    public suspend fun enqueue(task: Task, options: EnqueueOptions.() -> Unit = {}): TaskInfo {
        val laid = EnqueueOptions.of(options)
        return answer { enqueueAsync(task, laid) }
    }

    /**
     * Stores many tasks with few round trips. Each has its own outcome, in the order of [tasks]; one that is refused does
     * not hinder the others.
     *
     * @sample io.asynq4j.kotlin.samples.enqueueMany
     */
    public suspend fun enqueueAll(tasks: List<Task>): List<EnqueueOutcome> = answer { enqueueAllAsync(tasks) }

    /**
     * Stores the tasks of a flow, up to [batch] at a time, and answers their outcomes in the same order. The flow is asked for
     * more only when a batch has been answered and its outcomes were taken, so a slow broker slows the source down.
     *
     * @param batch at least 1
     * @sample io.asynq4j.kotlin.samples.enqueueMany
     */
    public fun enqueueAll(tasks: Flow<Task>, batch: Int = DEFAULT_BATCH): Flow<EnqueueOutcome> {
        require(batch >= 1) { "batch must be at least 1: $batch" }
        return flow {
            val gathered = ArrayList<Task>(batch)
            tasks.collect { task ->
                gathered += task
                if (gathered.size == batch) {
                    enqueueAll(gathered.toList()).forEach { emit(it) }
                    gathered.clear()
                }
            }
            if (gathered.isNotEmpty()) {
                enqueueAll(gathered.toList()).forEach { emit(it) }
            }
        }
    }

    /**
     * Asks whoever works on the task [taskId] of [queue] to stop, and answers whether somebody worked on it, and no more than
     * that. See [TaskClient.cancelAsync]: the attempt has failed and is retried, unless its handler decides otherwise.
     *
     * @throws io.asynq4j.task.BrokerUnavailableException when no answer came; it may then have been asked for or not
     * @sample io.asynq4j.kotlin.samples.cancelTask
     */
    public suspend fun cancel(queue: String, taskId: String): Boolean = answer { cancelAsync(queue, taskId) }

    /**
     * Refuses new tasks from now on and waits until those on their way have their answers, also when the coroutine is cancelled.
     * The broker stays open.
     *
     * @sample io.asynq4j.kotlin.samples.enqueueOne
     */
    public suspend fun close(): Unit = withContext(NonCancellable + Dispatchers.IO) { client.close() }

    private suspend fun <T : Any> answer(call: TaskClient.() -> CompletionStage<T>): T = awaitAnswer(blocking) {
        client.call()
    }

    public companion object {
        /** How many tasks of a flow are stored at a time. */
        public const val DEFAULT_BATCH: Int = 500
    }
}

/**
 * A client of this broker, which stays open when the client is closed.
 *
 * @sample io.asynq4j.kotlin.samples.enqueueOne
 */
public fun Broker.taskClient(): CoroutineTaskClient = TaskClient.of(this).coroutines(blocking())

/**
 * The same client for coroutines. Closing it closes this one.
 *
 * @param blocking whether the client's broker may block its caller: [Broker.blocking]
 * @sample io.asynq4j.kotlin.samples.bridgeToJava
 */
public fun TaskClient.coroutines(blocking: Boolean = true): CoroutineTaskClient = CoroutineTaskClient(this, blocking)
