package io.asynq4j.interop

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.collections.shouldHaveSize
import kotlinx.coroutines.delay
import tools.jackson.databind.JsonNode
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Plays a scenario and tells what was not as it should be. */
internal class Review(
    private val performance: Performance,
    private val redis: RawRedis,
    private val deviations: Map<String, List<Deviation>>,
) {
    private val checked = mutableSetOf<String>()
    private val found = mutableListOf<String>()

    suspend fun of(scenario: Scenario): List<String> {
        scenario.steps.forEachIndexed { i, step ->
            if (step.text("op") == "dump") {
                val slept = i > 0 && scenario.steps[i - 1].text("op") == "sleep"
                dump(scenario, step.text("name"), if (slept) PATIENCE else Duration.ZERO)
            } else {
                performance.perform(step)?.let { check("${scenario.name}/step $i", outcome(step, it), it.at) }
            }
        }
        check("${scenario.name}/handler calls", handlerCalls(scenario), Instant.now())
        check("${scenario.name}/aggregator calls", aggregatorCalls(scenario), Instant.now())
        check("${scenario.name}/published", published(scenario), Instant.now())
        check("${scenario.name}/error handler calls", errorHandlerCalls(scenario), Instant.now())
        check("${scenario.name}/schedule errors", scheduleErrors(scenario), Instant.now())
        val own = deviations.keys.filter { it.substringBefore('/') == scenario.name }
        return found + (own - checked).map { "deviations.json names $it, which there is not" }
    }

    /** Looks again for as long as [patience] lasts, or until all is as it should be: what is wrong stays wrong. */
    private suspend fun dump(scenario: Scenario, name: String, patience: Duration) {
        val where = "${scenario.name}/$name"
        val start = TimeSource.Monotonic.markNow()
        var unwanted = unwanted(where, scenario, name)
        while (unwanted.isNotEmpty() && start.elapsedNow() < patience) {
            delay(50.milliseconds)
            unwanted = unwanted(where, scenario, name)
        }
        checked += where
        found += unwanted
    }

    private fun unwanted(where: String, scenario: Scenario, name: String): List<String> {
        val recorded = scenario.dumps.getValue(name)
        val summary = recorded.opt("summary")
        if (summary != null) {
            return unwanted(where, Summary.differences(redis, summary), Instant.now())
        }
        val all = DumpReader(redis).read()
        val dump = if (scenario.name == "scheduler_two_events") all.untilEvent(2) else all
        return unwanted(where, dump.differences(recorded), dump.at)
    }

    private fun unwanted(where: String, differences: List<Difference>, at: Instant) =
        unexplained(differences, deviations[where].orEmpty(), at).map { "$where, $it" }

    private fun check(where: String, differences: List<Difference>, at: Instant) {
        checked += where
        found += unwanted(where, differences, at)
    }

    private fun outcome(step: JsonNode, seen: Performance.Seen): List<Difference> {
        if (step.text("op") == "inspector") {
            return inspected(step, seen)
        }
        val recorded = step.get("result").fields.mapValues { (kind, result) ->
            if (kind == "error") json(ErrorKind.of(result)) else info(result)
        }
        return Comparison.of(step.opt("volatile"), seen.at).differences("/result", json(recorded), seen.outcome)
    }

    private fun inspected(step: JsonNode, seen: Performance.Seen): List<Difference> {
        val error = step.opt("error")
        val recorded = if (error == null) obj("result" to step.get("result")) else obj("error" to ErrorKind.of(error))
        return Comparison.of(step.opt("volatile"), seen.at).differences("", recorded, seen.outcome)
    }

    /** Of a payload that is absent nobody is told that it is not empty, in either language. */
    private fun info(recorded: JsonNode): JsonNode =
        json(recorded.fields - LATER + ("payload_hex" to json(recorded.opt("payload_hex") ?: "")))

    private fun scheduleErrors(scenario: Scenario): List<Difference> {
        val recorded = scenario.observed["post_enqueue_errors_first"] ?: return emptyList()
        return Comparison(emptyMap(), Instant.now())
            .differences("", json(ErrorKind.of(recorded)), performance.scheduleErrors.firstOrNull())
    }

    private fun aggregatorCalls(scenario: Scenario): List<Difference> {
        val recorded = scenario.observed["aggregator_calls"]?.items.orEmpty()
        return Comparison(emptyMap(), Instant.now())
            .differences("", json(recorded), json(performance.aggregatorCalls))
    }

    private suspend fun published(scenario: Scenario): List<Difference> {
        val recorded = json(scenario.observed["published"]?.items.orEmpty())
        eventually(5.seconds) { performance.published shouldHaveSize recorded.items.size }
        return Comparison(emptyMap(), Instant.now()).differences("", recorded, json(performance.published))
    }

    /** In order of task id, as calls that run at the same time have no order of their own. */
    private fun handlerCalls(scenario: Scenario): List<Difference> {
        val recorded = scenario.observed["handler_calls"]?.items.orEmpty().sortedBy { it.text("task_id") }
        val ours = performance.handlerCalls.sortedBy { it.text("task_id") }
        val deadlines = recorded.indices.associate {
            // The recorded deadline was cut to the second, ours is rounded up: one second on top of 1.5.
            "/$it/deadline_in_s" to Varying(obj("kind" to "ttl_s", "tolerance_s" to 2.5))
        }
        val comparable = ours.mapIndexed { i, call ->
            val unit = if (recorded.getOrNull(i)?.has("deadline_unix_s") == true) "deadline_in_s" else "deadline_unix_s"
            json(call.fields - unit)
        }
        return Comparison(deadlines, Instant.now()).differences("", json(recorded), json(comparable))
    }

    /** The text of a panic has the place it came from, which the record of the task shows; an Error has none of that. */
    private fun errorHandlerCalls(scenario: Scenario): List<Difference> {
        val recorded = scenario.observed["error_handler_calls"]?.items.orEmpty().map { call ->
            val panic = call.get("is_panic_error").asBoolean()
            obj(
                "task_id" to call.text("task_id"),
                "type" to call.text("type"),
                "text" to (if (panic) null else call.get("error").text("text")),
                "is_panic_error" to panic,
            )
        }
        val ours = performance.errorHandlerCalls.map { call ->
            val panic = call.get("is_panic_error").asBoolean()
            json(call.fields + ("text" to json(if (panic) null else call.text("text"))))
        }
        return Comparison(mapOf(), Instant.now()).differences("", json(recorded), json(ours))
    }

    private companion object {
        /** How much later than recorded something may be there, of which a scenario says only how long it takes. */
        val PATIENCE = 8.seconds

        /** What the Go library can tell of tasks that were looked up, not of one that was just stored. */
        val LATER = setOf("is_orphaned", "result_hex")
    }
}
