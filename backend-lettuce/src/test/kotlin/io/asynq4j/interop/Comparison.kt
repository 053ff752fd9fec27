package io.asynq4j.interop

import tools.jackson.databind.JsonNode
import java.time.Instant

/** One place where ours is not what was recorded; a side that has nothing there is null. */
internal data class Difference(val path: String, val recorded: JsonNode?, val ours: JsonNode?) {
    override fun toString() = "$path: recorded ${recorded ?: "nothing"}, ours ${ours ?: "nothing"}"
}

/**
 * Compares ours with a recording, field for field.
 *
 * @param volatile by path, how values are compared that vary
 * @param at when ours was observed
 */
internal class Comparison(private val volatile: Map<String, Varying>, private val at: Instant) {
    fun differences(path: String, recorded: JsonNode?, ours: JsonNode?): List<Difference> {
        val rule = volatile[path]
        return when {
            recorded == null && ours == null -> emptyList()

            recorded == null || ours == null -> listOf(Difference(path, recorded, ours))

            rule != null -> differ(path, recorded, ours) { rule.isDecoded || rule.accepts(recorded, ours, at) }

            recorded.isBytes() && ours.isBytes() && !anyBelow(path) ->
                differ(path, recorded, ours) { recorded.bytes().contentEquals(ours.bytes()) }

            recorded.isObject && ours.isObject -> (recorded.fields.keys + ours.fields.keys).filterNot { it in NOTES }
                .flatMap { differences("$path/$it", recorded.get(it), ours.get(it)) }

            recorded.isArray && ours.isArray -> (0 until maxOf(recorded.size(), ours.size()))
                .flatMap { differences("$path/$it", recorded.get(it), ours.get(it)) }

            recorded.isNumber && ours.isNumber ->
                differ(path, recorded, ours) { recorded.decimalValue().compareTo(ours.decimalValue()) == 0 }

            else -> differ(path, recorded, ours) { recorded == ours }
        }
    }

    fun templateAt(path: String): String? = volatile[path]?.template

    private fun anyBelow(path: String) = volatile.keys.any { it.startsWith("$path/") }

    private fun differ(path: String, recorded: JsonNode, ours: JsonNode, same: () -> Boolean) =
        if (same()) emptyList() else listOf(Difference(path, recorded, ours))

    companion object {
        /** What a recording says about itself rather than about Redis. */
        private val NOTES = setOf("key_template", "member_template", "decoded_as")

        fun of(volatile: JsonNode?, at: Instant) =
            Comparison(volatile?.items?.associate { it.text("path") to Varying(it) }.orEmpty(), at)
    }
}

/** Whether this stands for bytes: text, hexadecimal, or a rule for long runs. */
private fun JsonNode.isBytes() = isObject && size() == 1 && fields.keys.single() in setOf("utf8", "hex", "hex_rule")

private fun JsonNode.bytes(): ByteArray {
    val (form, value) = fields.entries.single()
    return when (form) {
        "utf8" -> value.asString().toByteArray()

        "hex" -> value.asString().unhex()

        else -> value.text("prefix_hex").unhex() +
            value.text("repeat_byte_hex").repeat(value.int("count")).unhex() + value.text("suffix_hex").unhex()
    }
}
