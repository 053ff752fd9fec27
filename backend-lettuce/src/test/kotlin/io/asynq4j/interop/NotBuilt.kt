package io.asynq4j.interop

import tools.jackson.databind.JsonNode

/** The recorded things that need parts of the library which do not exist yet: `not-built.json`. */
internal object NotBuilt {
    private val lists = Vectors.read("not-built.json")

    /** By name of the scenario, the parts that owe it. */
    val scenarios: Map<String, Set<String>> = parts("scenarios")

    /** By kind of observation, the part that owes it. */
    val observations: Map<String, Set<String>> = parts("observations")

    /** By case, API, or API with a star of errors.json, the part that owes it. */
    val errors: Map<String, Set<String>> = parts("errors")

    /** The parts that [scenario] needs and that these tests cannot drive, since there is nothing to drive. */
    fun partsOf(scenario: Scenario): Set<String> = scenario.steps.mapNotNull(::partOf).toSet()

    private fun partOf(step: JsonNode): String? = when (step.text("op")) {
        "enqueue", "redis", "redis_subscribe", "release", "server_stop", "server_shutdown", "sleep", "dump", "wait",
        "server_start", "inspector", "fill",
        -> null

        else -> if (PERIODIC.containsMatchIn(step.text("op"))) null else error("step $step")
    }

    private fun parts(list: String): Map<String, Set<String>> =
        lists.get(list).fields.mapValues { (_, parts) -> parts.items.map { it.asString() }.toSet() }

    private val PERIODIC = Regex("^(scheduler|periodic_task_manager)_")
}
