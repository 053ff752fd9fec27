package io.asynq4j.interop

import io.asynq4j.task.TaskException
import tools.jackson.databind.JsonNode

/** The call and its arguments. */
internal val JsonNode.title: String
    get() {
        val args = opt("args")?.fields ?: fields.filterKeys { it in setOf("queue", "page_size", "page") }
        return (listOf(text("call")) + args.values.map { it.asString().ifEmpty { "null" } }).joinToString(" ")
    }

internal fun answer(refused: Boolean, call: () -> JsonNode?): JsonNode = try {
    obj("result" to call())
} catch (failure: IllegalArgumentException) {
    obj("error" to ErrorKind.of(failure))
} catch (failure: TaskException) {
    if (!refused) throw failure
    obj("error" to ErrorKind.of(failure))
}

/** Where the recording says that there is no order, ours comes by name. */
internal fun sorted(call: JsonNode, recorded: JsonNode): JsonNode =
    if (call.text("call") in setOf("Queues", "Groups") && recorded.has("result")) {
        obj("result" to recorded.get("result").items.sortedBy { it.opt("group")?.asString() ?: it.asString() })
    } else {
        recorded
    }
