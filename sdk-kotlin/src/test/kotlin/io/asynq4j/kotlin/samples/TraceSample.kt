package io.asynq4j.kotlin.samples

import io.asynq4j.kotlin.CoroutineTaskClient
import io.asynq4j.kotlin.taskRouter
import io.asynq4j.task.Task
import io.asynq4j.task.TaskInfo
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** The trace that some work belongs to, as the header `traceparent` of W3C's Trace Context tells it. */
internal class Trace(val parent: String) : AbstractCoroutineContextElement(Key) {
    companion object Key : CoroutineContext.Key<Trace>
}

/** Sends the trace of the calling coroutine along with a task. */
internal suspend fun CoroutineTaskClient.enqueueTraced(task: Task): TaskInfo {
    val trace = currentCoroutineContext()[Trace]
    return enqueue(task) { if (trace != null) header("traceparent", trace.parent) }
}

/** Handlers go on in the trace that came with their task. */
internal fun CoroutineScope.continueTrace(work: suspend () -> Unit) = taskRouter {
    coroutineContext { task -> task.headers()["traceparent"]?.let { Trace(it) } ?: EmptyCoroutineContext }
    handle(welcomeEmail) { work() }
}
