package io.asynq4j.redis.wire

import io.asynq4j.spi.TaskMessage
import io.asynq4j.spi.TaskMessage.Limits
import io.asynq4j.spi.TaskMessage.Progress
import io.asynq4j.task.Payload
import tools.jackson.databind.JsonNode
import tools.jackson.databind.json.JsonMapper
import java.util.HexFormat

/** The file [name] beside [owner]. */
internal fun recorded(owner: Class<*>, name: String): JsonNode =
    checkNotNull(owner.getResourceAsStream(name)) { "no resource $name" }.use { JsonMapper.shared().readTree(it) }

internal fun JsonNode.text(name: String): String = get(name).stringValue()

internal fun JsonNode.has(name: String, value: String): Boolean = get(name)?.stringValue() == value

/** The bytes that `<name>_hex` holds or `<name>_rule` describes; null where there are none. */
internal fun JsonNode.payload(name: String): ByteArray? = get("${name}_rule")?.let { repeated(it) }
    ?: get("${name}_hex")?.takeUnless { it.isNull }?.let { it.stringValue().hex() }

internal fun String.hex(): ByteArray = HexFormat.of().parseHex(this)

internal fun ByteArray.hex(): String = HexFormat.of().formatHex(this)

/** One message of `task-messages.json`. */
internal class RecordedMessage(private val json: JsonNode) {
    val name: String = json.text("name")
    val decodes: Boolean = json.get("decodes").booleanValue()
    val byteExact: Boolean = json.get("byte_exact").booleanValue()
    val input: JsonNode? = json.get("input")

    val bytes: ByteArray
        get() = json.get("hex_rule")
            ?.let { it.text("prefix_hex").hex() + repeated(it) + it.text("suffix_hex").hex() }
            ?: json.text("hex").hex()

    /** The fields by their names in the protobuf schema, as plain values. */
    val fields: Map<String, Any> get() = fields(message)

    val message: TaskMessage
        get() = json.get("fields").let {
            TaskMessage(
                it.text("type"),
                it.payload("payload").orNone(),
                it.text("id"),
                it.text("queue"),
                it.get("headers").properties().associate { (name, value) -> name to value.stringValue() },
                Limits(it.get("retry").intValue(), it.long("timeout"), it.long("deadline"), it.long("retention")),
                it.text("unique_key"),
                it.text("group_key"),
                Progress(
                    it.get("retried").intValue(),
                    it.text("error_msg"),
                    it.long("last_failed_at"),
                    it.long("completed_at"),
                ),
                Payload.none(),
            )
        }

    companion object {
        val all = recorded(
            RecordedMessage::class.java,
            "task-messages.json",
        ).get("messages").values().map(::RecordedMessage)
    }
}

/** What of [message] the recorded messages tell, by the same names. */
internal fun fields(message: TaskMessage): Map<String, Any> = mapOf(
    "type" to message.type(),
    "payload_hex" to message.payload().bytes().hex(),
    "id" to message.id(),
    "queue" to message.queue(),
    "retry" to message.limits().maxRetry().toLong(),
    "retried" to message.progress().retried().toLong(),
    "error_msg" to message.progress().error(),
    "timeout" to message.limits().timeoutSeconds(),
    "deadline" to message.limits().deadlineUnixSeconds(),
    "unique_key" to message.uniqueKey(),
    "last_failed_at" to message.progress().lastFailedAtUnixSeconds(),
    "retention" to message.limits().retentionSeconds(),
    "completed_at" to message.progress().completedAtUnixSeconds(),
    "group_key" to message.group(),
    "headers" to message.headers(),
)

private fun JsonNode.long(name: String) = get(name).longValue()

private fun ByteArray?.orNone() = if (this == null || isEmpty()) Payload.none() else Payload.of(this)

private fun repeated(rule: JsonNode): ByteArray {
    val byte = rule.text("repeat_byte_hex").hex().single()
    return ByteArray(rule.get("count").intValue()) { byte }
}
