package io.asynq4j.handler

import io.asynq4j.task.Payload
import java.time.Instant
import java.util.Optional
import java.util.function.Consumer

/** The context of an attempt that nobody cancels. */
internal class FakeContext(private val type: String = "t") : TaskContext {
    override fun taskId() = "id"

    override fun queue() = "default"

    override fun type() = type

    override fun headers() = emptyMap<String, String>()

    override fun retried() = 0

    override fun maxRetry() = 25

    override fun deadline(): Instant = Instant.MAX

    override fun writeResult(result: Payload) = error("nobody keeps results here")

    override fun writeResultAsync(result: Payload) = error("nobody keeps results here")

    override fun cancelled() = Optional.empty<CancelReason>()

    override fun onCancel(listener: Consumer<CancelReason>) = Unit
}
