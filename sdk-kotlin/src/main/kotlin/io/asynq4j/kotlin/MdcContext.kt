package io.asynq4j.kotlin

import io.asynq4j.handler.TaskMdc
import kotlinx.coroutines.ThreadContextElement
import org.slf4j.MDC
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

/** Puts [entries] into the MDC of whatever thread the coroutine is on, and takes them back when it leaves the thread. */
internal class MdcContext(private val entries: Map<String, String>) :
    AbstractCoroutineContextElement(Key), ThreadContextElement<Map<String, String>?> {
    override fun updateThreadContext(context: CoroutineContext): Map<String, String>? {
        val before: Map<String, String>? = MDC.getCopyOfContextMap()
        MDC.setContextMap(entries)
        return before
    }

    override fun restoreThreadContext(context: CoroutineContext, oldState: Map<String, String>?) {
        if (oldState == null) MDC.clear() else MDC.setContextMap(oldState)
    }

    companion object Key : CoroutineContext.Key<MdcContext> {
        /** What the calling thread has, and which task this is. */
        fun of(task: CurrentTask): MdcContext = MdcContext(
            MDC.getCopyOfContextMap().orEmpty() + mapOf(
                TaskMdc.ID to task.id,
                TaskMdc.TYPE to task.type,
                TaskMdc.QUEUE to task.queue,
                TaskMdc.ATTEMPT to (task.retried + 1).toString(),
            ),
        )
    }
}
