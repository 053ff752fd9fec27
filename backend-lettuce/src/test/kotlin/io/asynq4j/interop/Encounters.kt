package io.asynq4j.interop

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.time.SystemTime
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.util.Collections
import java.util.concurrent.CompletableFuture

/** A task that one side enqueues and the other works on, and what is to come of it. */
internal class Encounter(
    val id: String,
    private val type: String,
    private val payload: Payload = Payload.none(),
    private val headers: Map<String, String> = emptyMap(),
    private val retention: Duration = Duration.ZERO,
    private val maxRetry: Int = 3,
    private val calls: Int = 1,
    val ends: End? = null,
) {
    /** Where it ends, if it is not gone. */
    class End(val state: String, val error: String = "", val retried: Int = 0, val wrote: Boolean = false)

    fun task() = Task(type, payload, headers, Options.defaults())

    fun options(): Options =
        Options.defaults().taskId(id).queue(Encounters.QUEUE).maxRetry(maxRetry).retention(retention)

    fun ready(): Task = task().with(options())

    /** The line that makes the Go client enqueue it. */
    fun order(): JsonNode = obj(
        "ID" to id,
        "Queue" to Encounters.QUEUE,
        "Type" to type,
        "PayloadHex" to payload.takeIf { it.isPresent }?.bytes()?.hex(),
        "Headers" to headers,
        "MaxRetry" to maxRetry,
        "RetentionS" to retention.toSeconds(),
    )

    /** What the handlers of either side tell. */
    fun calls(): List<JsonNode> = (0 until calls).map { call(id, task(), it) }

    /** What the Go inspector tells in the end; [result] is what the handler wrote. */
    fun remains(result: String): JsonNode? = ends?.let { end ->
        obj(
            "id" to id,
            "type" to type,
            "state" to end.state,
            "payload_hex" to payload.bytes().hex(),
            "headers" to headers,
            "max_retry" to maxRetry,
            "retried" to end.retried,
            "last_err" to end.error,
            "timeout_s" to 1800,
            "retention_s" to retention.toSeconds(),
            "failed" to end.error.isNotEmpty(),
            "completed" to (end.state == "completed"),
            "result_hex" to if (end.wrote) result else "",
        )
    }

    companion object {
        fun call(id: String, task: Task, retried: Int): JsonNode = obj(
            "id" to id,
            "type" to task.type(),
            "payload_hex" to task.payload().bytes().hex(),
            "headers" to task.headers(),
            "retried" to retried,
        )
    }
}

internal object Encounters {
    const val QUEUE = "both"

    /** What handlers write who do. */
    const val ANSWER = "00ff6f6b"
    private val headers = mapOf("trace-id" to "0af7651916cd43dd", "language" to "日本語", "empty" to "")
    private val hour = Duration.ofHours(1)

    val all = listOf(
        Encounter("text", "plain", Payload.ofUtf8("Grüße, 世界"), headers),
        Encounter("binary", "plain", Payload.of(byteArrayOf(0, -1, -128, 10, 127))),
        Encounter("every-byte", "plain", Payload.of(ByteArray(65_536) { it.toByte() })),
        Encounter("empty-payload", "plain", Payload.of(ByteArray(0)), headers),
        Encounter("null-payload", "plain", Payload.none()),
        Encounter("fails-once", "fail:once", Payload.ofUtf8("{}"), headers, calls = 2),
        Encounter(
            "is-not-retried",
            "fail:skip",
            Payload.ofUtf8("{}"),
            headers,
            ends = Encounter.End("archived", "bad input: skip retry for the task"),
        ),
        Encounter("has-no-retries", "fail:always", maxRetry = 0, ends = Encounter.End("archived", "never")),
        Encounter("waits", "fail:later", headers = headers, ends = Encounter.End("retry", "later", retried = 1)),
        Encounter(
            "kept",
            "answer",
            Payload.ofUtf8("?"),
            headers,
            hour,
            ends = Encounter.End("completed", wrote = true),
        ),
    )

    /** A server of ours whose handlers do what those of the Go peer do; [pause] is how long each takes. */
    fun server(broker: Broker, concurrency: Int = 1, pause: Duration = Duration.ZERO) = Ours(broker, concurrency, pause)

    class Ours(broker: Broker, concurrency: Int, private val pause: Duration) : AutoCloseable {
        private val time = SystemTime.open()
        private val calls = Collections.synchronizedList(mutableListOf<JsonNode>())
        private val server = TaskServer.builder(broker)
            .queues(mapOf(QUEUE to 1))
            .concurrency(concurrency)
            .checkInterval(Duration.ofMillis(20))
            .delayedCheckInterval(Duration.ofMillis(100))
            .retryPolicy(
                RetryPolicy { _, _, task, _ ->
                    if (task.type() ==
                        "fail:later"
                    ) {
                        hour
                    } else {
                        Duration.ofSeconds(1)
                    }
                },
            )
            .build()

        private val handler = AsyncHandler<Task> { task, context ->
            calls.add(Encounter.call(context.taskId(), task, context.retried()))
            when (task.type()) {
                "fail:once" -> if (context.retried() == 0) error("not yet")

                "fail:always" -> error("never")

                "fail:later" -> error("later")

                "answer" -> context.writeResult(ANSWER.unhex())

                "fail:skip" -> throw IllegalStateException(
                    "bad input: skip retry for the task",
                    SkipRetryException("skip"),
                )
            }
            CompletableFuture<Unit>().also { done -> time.after(pause) { done.complete(Unit) } }
        }

        fun start() = server.start(handler)

        fun calls(): List<JsonNode> = calls.toList()

        override fun close() {
            server.close()
            time.close()
        }
    }
}
