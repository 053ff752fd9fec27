package io.asynq4j.kotlin

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.SnoozeException
import io.asynq4j.handler.TaskContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Runs [block] as a coroutine for each task, in this scope, for a router of Java's kind.
 *
 * The coroutine is cancelled with a [TaskCancellation] when the deadline passes, the lease is lost, an operator cancels the
 * task, or the server stops waiting at shutdown. The attempt ends when the coroutine has really ended, `finally` and
 * `NonCancellable` blocks included; a block that comes to its end all the same has succeeded. One failing task does not cancel
 * another. Where this scope itself is cancelled, tasks are given back as they were, to be run at once by whoever fetches them:
 * they have not failed. The MDC of the calling thread is carried, with the task's entries added, see
 * [io.asynq4j.handler.TaskMdc].
 *
 * @param context more elements for the coroutine of a task, such as a trace; on top of the scope's
 * @param blocking whether the server's broker may block its caller, which then is not the thread of the handler
 * @sample io.asynq4j.kotlin.samples.bridgeToJava
 */
public fun <T : Any> CoroutineScope.suspending(
    context: (TaskContext) -> CoroutineContext = { EmptyCoroutineContext },
    blocking: Boolean = true,
    block: suspend CurrentTask.(T) -> Unit,
): AsyncHandler<T> = AsyncHandler { value, attempt ->
    val ended = CompletableFuture<Unit>()
    val task = CurrentTask(attempt, blocking)
    var end: Result<Unit>? = null
    val running = launch(context(attempt) + task + MdcContext.of(task)) {
        end = runCatching { task.block(value) } // a failure ends this task, and not its siblings
    }
    attempt.onCancel { running.cancel(TaskCancellation(it)) }
    running.invokeOnCompletion { cause ->
        // what has succeeded has succeeded, though a coroutine that was cancelled meanwhile counts as cancelled
        val reason = end.let { if (it == null) cause else it.exceptionOrNull() }
        val abandoned = reason is CancellationException && !isActive && attempt.cancelled().isEmpty
        ended.settle(if (abandoned) SnoozeException(Duration.ZERO) else reason)
    }
    ended
}

private fun CompletableFuture<Unit>.settle(failure: Throwable?) {
    if (failure == null) complete(Unit) else completeExceptionally(failure)
}
