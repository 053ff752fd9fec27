package io.asynq4j.handler

import tools.jackson.databind.JsonNode
import tools.jackson.databind.json.JsonMapper

/** What was recorded of the Go library, in the file [name] beside this class. */
internal fun recorded(name: String): JsonNode =
    checkNotNull(FakeContext::class.java.getResourceAsStream(name)) { "no resource $name" }
        .use { JsonMapper.shared().readTree(it) }

internal fun JsonNode.text(name: String): String? = get(name)?.takeUnless { it.isNull }?.stringValue()
