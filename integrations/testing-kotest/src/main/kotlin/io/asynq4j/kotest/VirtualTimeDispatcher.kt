package io.asynq4j.kotest

import io.asynq4j.testing.TestTasks
import io.asynq4j.testing.VirtualTime
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import kotlin.coroutines.CoroutineContext

/**
 * Runs coroutines on this time: `delay` and `withTimeout` wait for it, so an hour of delay costs nothing, and everything runs
 * on the thread that moves it, one after the other. Hand it to whatever launches the code under test.
 */
public val VirtualTime.dispatcher: CoroutineDispatcher get() = VirtualTimeDispatcher(this)

/** The dispatcher of this test's time. */
public val TestTasks.dispatcher: CoroutineDispatcher get() = time().dispatcher

/**
 * Runs a suspending [test] on this time and answers what it answers. While it is suspended in a `delay`, time moves, and tasks
 * are handled as they fall due. What it has launched in its scope is cancelled when it ends.
 *
 * @throws IllegalStateException when it waits for something that does not come about
 */
public fun <T> TestTasks.run(test: suspend CoroutineScope.() -> T): T {
    runDue() // starts the server, if there is a handler
    val scope = CoroutineScope(SupervisorJob() + dispatcher)
    val ended = CompletableFuture<T>()
    val running = scope.async(block = test)
    @OptIn(ExperimentalCoroutinesApi::class)
    running.invokeOnCompletion { failure ->
        if (failure == null) ended.complete(running.getCompleted()) else ended.completeExceptionally(failure)
    }
    try {
        time().await(ended)
        return ended.get()
    } catch (failed: ExecutionException) {
        throw failed.cause ?: failed
    } finally {
        scope.cancel()
        runDue()
    }
}

@OptIn(InternalCoroutinesApi::class)
private class VirtualTimeDispatcher(private val time: VirtualTime) : CoroutineDispatcher(), Delay {
    override fun dispatch(context: CoroutineContext, block: Runnable) = time.executor().execute(block)

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val timer = time.after(Duration.ofMillis(timeMillis)) {
            @OptIn(ExperimentalCoroutinesApi::class)
            with(continuation) { resumeUndispatched(Unit) }
        }
        continuation.invokeOnCancellation { timer.close() }
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle {
        val timer = time.after(Duration.ofMillis(timeMillis), block)
        return DisposableHandle { timer.close() }
    }

    override fun equals(other: Any?) = other is VirtualTimeDispatcher && other.time === time

    override fun hashCode() = System.identityHashCode(time)

    override fun toString() = "dispatcher of $time"
}
