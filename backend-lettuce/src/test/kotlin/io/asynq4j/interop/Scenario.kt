package io.asynq4j.interop

import tools.jackson.databind.JsonNode

/** One recorded story: steps, what Redis held at some of them, and what handlers saw. */
internal class Scenario(json: JsonNode) {
    val name: String = json.text("name")
    val steps: List<JsonNode> = json.get("steps").items
    val dumps: Map<String, JsonNode> = json.get("dumps").items.associateBy { it.text("name") }
    val observed: Map<String, JsonNode> = json.opt("observed")?.fields.orEmpty()

    override fun toString() = name

    companion object {
        fun all(): List<Scenario> = Vectors.read("redis-states.json").get("scenarios").items.map(::Scenario)
    }
}
