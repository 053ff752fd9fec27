package io.asynq4j.interop

import tools.jackson.databind.JsonNode
import tools.jackson.databind.json.JsonMapper
import tools.jackson.databind.node.JsonNodeFactory
import tools.jackson.databind.node.ObjectNode
import java.util.HexFormat

/** Recorded facts about the Go library, and what our tests say about them: JSON on the class path. */
internal object Vectors {
    private val mapper = JsonMapper()

    fun read(name: String): JsonNode = checkNotNull(javaClass.getResourceAsStream("/vectors/$name")) {
        "no vectors $name"
    }
        .use { mapper.readTree(it) }

    fun parse(json: String): JsonNode = mapper.readTree(json)
}

internal fun obj(vararg fields: Pair<String, Any?>): ObjectNode = JsonNodeFactory.instance.objectNode().also { node ->
    fields.forEach { (name, value) -> node.set(name, json(value)) }
}

internal fun json(value: Any?): JsonNode = with(JsonNodeFactory.instance) {
    when (value) {
        null -> nullNode()
        is JsonNode -> value
        is Boolean -> booleanNode(value)
        is Int -> numberNode(value)
        is Long -> numberNode(value)
        is Double -> numberNode(value)
        is String -> stringNode(value)
        is Map<*, *> -> obj(*value.map { (name, field) -> name.toString() to field }.toTypedArray())
        is Iterable<*> -> arrayNode().also { array -> value.forEach { array.add(json(it)) } }
        else -> error("no JSON for ${value::class}")
    }
}

/** The field, unless it is missing or null. */
internal fun JsonNode.opt(name: String): JsonNode? = get(name)?.takeUnless { it.isNull }

internal fun JsonNode.text(name: String): String = checkNotNull(opt(name)) { "no $name in $this" }.asString()

internal fun JsonNode.long(name: String): Long = checkNotNull(opt(name)) { "no $name in $this" }.asLong()

internal fun JsonNode.int(name: String): Int = checkNotNull(opt(name)) { "no $name in $this" }.asInt()

/** The same text for the same content, whatever the order of fields. */
internal fun JsonNode.canonical(): String = when {
    isObject -> fields.toSortedMap().entries.joinToString(",", "{", "}") { (name, field) ->
        "$name:${field.canonical()}"
    }

    isArray -> items.joinToString(",", "[", "]") { it.canonical() }

    else -> toString()
}

/** The elements of an array. */
internal val JsonNode.items: List<JsonNode> get() = values().toList()

internal val JsonNode.fields: Map<String, JsonNode> get() = properties().associate { it.key to it.value }

internal fun ByteArray.hex(): String = HexFormat.of().formatHex(this)

internal fun String.unhex(): ByteArray = HexFormat.of().parseHex(this)
