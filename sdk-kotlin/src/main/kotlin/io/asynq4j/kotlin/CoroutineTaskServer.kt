package io.asynq4j.kotlin

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.server.ServerHealth
import io.asynq4j.server.ServerState
import io.asynq4j.server.TaskServer
import io.asynq4j.task.Task
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancel
import kotlinx.coroutines.withContext

/**
 * Works off the tasks of some queues with suspending handlers. Made by [taskServer].
 *
 * Safe for use by many coroutines. A server is started once and closed once; whoever opened the broker closes it.
 *
 * @property java the same server for Java: closing that one blocks, and leaves the coroutines of handlers that do not end
 */
public class CoroutineTaskServer internal constructor(
    public val java: TaskServer,
    private val router: AsyncHandler<Task>,
    private val handlers: Job,
) {
    private val closed = CompletableDeferred<Unit>()

    /** What this server is doing. */
    public val state: ServerState get() = java.state()

    /** How this server fares, told from what it has seen. */
    public val health: ServerHealth get() = java.health()

    /**
     * Starts fetching and working, and returns.
     *
     * @throws IllegalStateException when this server was started or closed before, or the job of its handlers is over
     * @sample io.asynq4j.kotlin.samples.startServer
     */
    public fun start() {
        check(handlers.isActive || state != ServerState.NEW) {
            "the job that handlers run below is over: nothing can run"
        }
        java.start(router)
    }

    /**
     * Starts, and returns after the server was closed: by another coroutine, or because the calling one was cancelled, which
     * drains it first. Signals of the operating system are the caller's business.
     *
     * @throws IllegalStateException when this server was started or closed before
     * @sample io.asynq4j.kotlin.samples.runServer
     */
    public suspend fun run() {
        start()
        try {
            closed.await()
        } finally {
            close()
        }
    }

    /**
     * Fetches nothing more, and works off what it has.
     *
     * @sample io.asynq4j.kotlin.samples.pauseServer
     */
    public suspend fun quiet(): Unit = withContext(Dispatchers.IO) { java.quiet() }

    /**
     * Fetches nothing more, waits for the handlers, cancels those that take longer than the shutdown timeout, and leaves. It
     * ends even if the calling coroutine is cancelled. Safe to call twice.
     *
     * @sample io.asynq4j.kotlin.samples.startServer
     */
    public suspend fun close() {
        withContext(NonCancellable + Dispatchers.IO) { java.close() }
        handlers.cancel("the server is closed")
        closed.complete(Unit)
    }
}
