package io.asynq4j.kotlin

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.Middleware
import io.asynq4j.handler.TaskContext
import io.asynq4j.handler.TaskRouter
import io.asynq4j.task.PayloadException
import io.asynq4j.task.Task
import io.asynq4j.task.TaskType
import kotlinx.coroutines.CoroutineScope
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** Something around the handlers of some routes: it calls `next`, or does not, and then the task has succeeded without. */
public typealias SuspendingMiddleware = suspend CurrentTask.(next: suspend () -> Unit) -> Unit

/**
 * Which handler works on which tasks. Each handler runs as a coroutine of its own, in the scope that these routes belong to:
 * see [suspending]. Used by one thread, before the server starts.
 *
 * @sample io.asynq4j.kotlin.samples.routeTasks
 */
@TaskDsl
public open class TaskRoutes internal constructor(private val scope: CoroutineScope, private val blocking: Boolean) {
    private val router = TaskRouter.create()
    private val around = mutableListOf<SuspendingMiddleware>()
    private var elements: (TaskContext) -> CoroutineContext = { EmptyCoroutineContext }

    /**
     * Handles tasks of exactly this [type]. A payload that does not fit archives the task at once, unless [unreadable] says
     * otherwise.
     *
     * @throws IllegalArgumentException when the type has a handler already
     * @sample io.asynq4j.kotlin.samples.routeTasks
     */
    public fun <T : Any> handle(type: TaskType<T>, handler: suspend CurrentTask.(T) -> Unit) {
        router.handleAsync(type, bridge(handler))
    }

    /**
     * Handles tasks whose type starts with [pattern], or equals it; of several the longest wins.
     *
     * @throws IllegalArgumentException when the pattern is blank or has a handler already
     * @sample io.asynq4j.kotlin.samples.routeTasks
     */
    public fun handle(pattern: String, handler: suspend CurrentTask.(Task) -> Unit) {
        router.handleAsync(pattern, bridge(handler))
    }

    /**
     * Handles tasks of [former] names like those of [type], whose handler was registered before: for types that were renamed, as
     * long as there are tasks of the old name.
     *
     * @throws IllegalArgumentException when the type has no handler here, or a former one has
     * @sample io.asynq4j.kotlin.samples.routeTasks
     */
    public fun alias(type: TaskType<*>, vararg former: String) {
        router.alias(type, *former)
    }

    /**
     * Decides what becomes of a task whose payload does not fit its type: [policy] answers what is thrown in place of calling
     * the handler. Unless it is set, a `SkipRetryException`, which archives the task at once. The failure itself is retried like
     * any other; a `SnoozeException` waits without using up retries; a `RevokeTaskException` drops the task.
     *
     * @sample io.asynq4j.kotlin.samples.waitForDeployment
     */
    public fun unreadable(policy: (PayloadException) -> Exception) {
        router.unreadable(policy)
    }

    /**
     * Puts [middleware] around all handlers of these routes, those registered before too. The first is outermost. It runs in
     * the coroutine of the task; what it adds with `withContext` holds for the handler.
     *
     * @sample io.asynq4j.kotlin.samples.routeTasks
     */
    public fun around(middleware: SuspendingMiddleware) {
        around += middleware
    }

    /**
     * Puts [middleware] of Java's kind around everything, tasks without a handler and unreadable ones too.
     *
     * @sample io.asynq4j.kotlin.samples.routeTasks
     */
    public fun use(vararg middleware: Middleware) {
        router.use(*middleware)
    }

    /**
     * Adds what [context] answers to the coroutine of each task, such as the trace that the task's headers name.
     *
     * @sample io.asynq4j.kotlin.samples.continueTrace
     */
    public fun coroutineContext(context: (TaskContext) -> CoroutineContext) {
        elements = context
    }

    internal fun router(): TaskRouter = router

    private fun <T : Any> bridge(handler: suspend CurrentTask.(T) -> Unit): AsyncHandler<T> =
        scope.suspending(context = { elements(it) }, blocking) { value ->
            run(0) { handler(value) }
        }

    private suspend fun CurrentTask.run(index: Int, handler: suspend () -> Unit) {
        val middleware = around.getOrNull(index) ?: return handler()
        middleware { run(index + 1, handler) }
    }
}

/** Keeps the receivers of nested blocks apart. */
@DslMarker
@Target(AnnotationTarget.CLASS)
internal annotation class TaskDsl

/**
 * A router of Java's kind whose handlers are coroutines in this scope, for a server that something else starts: a test, or
 * a framework.
 *
 * @param blocking whether the server's broker may block its caller, which then is not the thread of a handler
 * @sample io.asynq4j.kotlin.samples.bridgeToJava
 */
public fun CoroutineScope.taskRouter(blocking: Boolean = true, routes: TaskRoutes.() -> Unit): TaskRouter =
    TaskRoutes(this, blocking).apply(routes).router()
