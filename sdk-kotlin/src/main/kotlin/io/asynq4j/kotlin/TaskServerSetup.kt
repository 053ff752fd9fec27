package io.asynq4j.kotlin

import io.asynq4j.server.ServerState
import io.asynq4j.server.TaskServer
import io.asynq4j.server.TaskServerBuilder
import io.asynq4j.spi.Broker
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asExecutor
import kotlin.concurrent.thread
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * A server in the making: its routes, and its settings. What stays null has the default of [TaskServerBuilder], which also
 * has the rules; a wrong value is refused with [IllegalArgumentException] when the block has ended. Used by one thread.
 *
 * @sample io.asynq4j.kotlin.samples.startServer
 */
@TaskDsl
public class TaskServerSetup internal constructor(scope: CoroutineScope, blocking: Boolean) :
    TaskRoutes(scope, blocking) {
    /** How many tasks to work on at a time, at least 1. Coroutines are cheap: thousands do no harm. */
    public var concurrency: Int? = null

    /** Whether a queue is asked only while all queues of more weight have nothing to do. */
    public var strictPriority: Boolean? = null

    /** How long to wait before looking again at queues that had nothing. */
    public var checkInterval: Duration? = null

    /** How long closing waits for handlers before it cancels them. */
    public var shutdownTimeout: Duration? = null

    /** How long a cancelled handler may take to end before the attempt is settled without it. */
    public var cancelGrace: Duration? = null

    /** How long a task belongs to this server without a sign of life. */
    public var lease: Duration? = null

    /** How long after a lease has expired its task is taken back. */
    public var leaseAllowance: Duration? = null

    private var weights: Map<String, Int>? = null
    private var java: TaskServerBuilder.() -> Unit = {}

    /**
     * The queues to work off, each with its weight, at least 1.
     *
     * @sample io.asynq4j.kotlin.samples.startServer
     */
    public fun queues(vararg weights: Pair<String, Int>) {
        this.weights = weights.toMap()
    }

    /**
     * Any other setting, as Java has it.
     *
     * @sample io.asynq4j.kotlin.samples.startServer
     */
    public fun settings(more: TaskServerBuilder.() -> Unit) {
        val before = java
        java = {
            before()
            more()
        }
    }

    internal fun applyTo(builder: TaskServerBuilder) {
        concurrency?.let { builder.concurrency(it) }
        weights?.let { builder.queues(it) }
        strictPriority?.let { builder.strictPriority(it) }
        checkInterval?.let { builder.checkInterval(it.toJavaDuration()) }
        shutdownTimeout?.let { builder.shutdownTimeout(it.toJavaDuration()) }
        cancelGrace?.let { builder.cancelGrace(it.toJavaDuration()) }
        lease?.let { builder.leaseDuration(it.toJavaDuration()) }
        leaseAllowance?.let { builder.leaseAllowance(it.toJavaDuration()) }
        builder.java()
    }
}

/**
 * A server of [broker]'s tasks, not started yet. Its handlers run in [context]: its dispatcher ([Dispatchers.Default] if it
 * has none, which is no place to block) and, if it has one, below its job; they do not cancel one another. Once that job is
 * cancelled, the tasks under way are given back as they were, and the server is quiet; it still has to be closed. The dispatcher
 * must not run code on the calling thread as [Dispatchers.Unconfined] does.
 *
 * @sample io.asynq4j.kotlin.samples.startServer
 */
public fun taskServer(
    broker: Broker,
    context: CoroutineContext = Dispatchers.Default,
    setup: TaskServerSetup.() -> Unit,
): CoroutineTaskServer {
    val dispatcher = context[ContinuationInterceptor] as? CoroutineDispatcher ?: Dispatchers.Default
    val handlers = SupervisorJob(context[Job])
    val routes = TaskServerSetup(CoroutineScope(context + dispatcher + handlers), broker.blocking())
    val server = try {
        routes.setup()
        TaskServer.builder(broker).handlerExecutor(dispatcher.asExecutor()).apply { routes.applyTo(this) }.build()
    } catch (refused: Throwable) {
        handlers.cancel() // or the job above would wait for it
        throw refused
    }
    handlers.invokeOnCompletion {
        if (server.state() != ServerState.CLOSED) {
            // whoever cancels does not wait for a fetch under way
            thread(name = "asynq4j-quiet", isDaemon = true) { server.quiet() }
        }
    }
    return CoroutineTaskServer(server, routes.router(), handlers)
}
