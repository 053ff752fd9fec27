package io.asynq4j.interop

import io.asynq4j.handler.Aggregator
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import tools.jackson.databind.JsonNode
import java.util.Collections
import java.util.concurrent.CountDownLatch

/** An aggregator that does what a recording's rule says, and remembers its calls. */
internal class AggregatorRules {
    private val released = CountDownLatch(1)

    /** In the form of the recordings. */
    val calls: MutableList<JsonNode> = Collections.synchronizedList(mutableListOf())

    fun release() = released.countDown()

    fun following(rule: JsonNode) = Aggregator { group, tasks ->
        calls.add(call(group, tasks))
        if (rule.has("blocks_until")) released.await()
        val returns = rule.get("returns")
        if (returns.isString) {
            check(returns.asString() == "null task")
            nothing()
        } else {
            check(returns.text("payload") == "payloads of the given tasks joined with ','")
            val payload = tasks.joinToString(",") { it.payload().utf8() }
            Task.of(returns.text("type"), Payload.ofUtf8(payload)).with(TaskInput.options(returns.get("options")))
        }
    }

    private fun call(group: String, tasks: List<Task>): JsonNode = obj(
        "group" to group,
        "tasks" to tasks.map {
            obj("type" to it.type(), "payload_hex" to it.payload().bytes().hex(), "headers" to it.headers())
        },
    )

    /** Null where Kotlin would not let it pass, though a Java program can. */
    @Suppress("UNCHECKED_CAST")
    private fun <T> nothing(): T = null as T
}
