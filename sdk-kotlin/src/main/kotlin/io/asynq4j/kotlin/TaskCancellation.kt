package io.asynq4j.kotlin

import io.asynq4j.handler.CancelReason
import kotlinx.coroutines.CancellationException

/**
 * Why the coroutine of a handler was cancelled by its server. Any other [CancellationException] is the handler's own, and
 * an ordinary failure of its task.
 *
 * @sample io.asynq4j.kotlin.samples.tellCancellations
 */
public class TaskCancellation internal constructor(public val reason: CancelReason) :
    CancellationException(reason.text())
