package io.asynq4j.interop

import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.Handler
import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.TaskCancelledException
import io.asynq4j.handler.TaskContext
import io.asynq4j.task.Task
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.time.Instant
import java.util.Collections
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch

/** A handler that does what a recording's rule says, and remembers its calls. */
internal class HandlerRules : Handler<Task> {
    @Volatile private var rule: JsonNode = obj("do" to "succeed")
    private val released = CountDownLatch(1)

    /** In the form of the recordings. */
    val calls: MutableList<JsonNode> = Collections.synchronizedList(mutableListOf())

    fun follow(rule: JsonNode) {
        this.rule = rule
    }

    fun release() = released.countDown()

    override fun handle(task: Task, context: TaskContext) {
        calls.add(call(task, context))
        follow(rule, context)
    }

    private fun follow(rule: JsonNode, context: TaskContext) {
        when (val what = rule.text("do")) {
            "succeed" -> Unit

            "fail" -> throw Failure(errorText(rule))

            "return_sentinel" -> throw sentinel(rule)

            "block" -> released.await()

            "wait_for_cancel" -> throw TaskCancelledException(cancellation(context).get())

            "write_result" -> {
                context.writeResult(rule.text("data_hex").unhex())
                follow(rule.get("then"), context)
            }

            "panic" -> throw AssertionError(rule.text("data_hex").unhex().decodeToString())

            "panic_runtime" -> overflow(0)

            else -> error("no rule $what")
        }
    }

    private fun call(task: Task, context: TaskContext): JsonNode = obj(
        "task_id" to context.taskId(),
        "queue" to context.queue(),
        "type" to task.type(),
        "payload_hex" to task.payload().bytes().hex(),
        "headers" to context.headers(),
        "retry_count" to context.retried(),
        "max_retry" to context.maxRetry(),
        "deadline_unix_s" to context.deadline().epochSecond,
        "deadline_in_s" to Duration.between(Instant.now(), context.deadline()).toMillis() / 1e3,
    )

    private fun errorText(rule: JsonNode): String = rule.opt("error")?.asString()
        ?: rule.opt("error_hex")?.asString()?.unhex()?.decodeToString()
        ?: rule.get("error_rule").let { it.text("repeat_byte_hex").repeat(it.int("count")).unhex().decodeToString() }

    private fun sentinel(rule: JsonNode): Exception {
        val sentinel = when (val name = rule.text("sentinel")) {
            "SkipRetry" -> SkipRetryException("skip retry for the task")
            "RevokeTask" -> RevokeTaskException("revoke task")
            else -> error("no sentinel $name")
        }
        return rule.opt("wrap_prefix")?.let { Failure("${it.asString()}: ${sentinel.message}", sentinel) } ?: sentinel
    }

    private fun cancellation(context: TaskContext) =
        CompletableFuture<CancelReason>().also { context.onCancel(it::complete) }

    /** What comes closest to a mistake that the Go runtime finds. */
    private fun overflow(depth: Int): Int = overflow(depth + 1) + 1

    private class Failure(text: String, cause: Throwable? = null) : RuntimeException(text, cause)

    companion object {
        val KNOWN =
            setOf(
                "succeed",
                "fail",
                "return_sentinel",
                "block",
                "wait_for_cancel",
                "write_result",
                "panic",
                "panic_runtime",
            )
    }
}
