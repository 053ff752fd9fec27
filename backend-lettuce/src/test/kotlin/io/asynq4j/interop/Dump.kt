package io.asynq4j.interop

import tools.jackson.databind.JsonNode
import java.time.Instant

/**
 * All that a Redis holds.
 *
 * @param keys what each key holds, in the form of the recordings
 */
internal class Dump(val at: Instant, val keys: Map<String, JsonNode>) {
    /** The same without what a scheduler's events after the [count]th have left: there may be more of them by now. */
    fun untilEvent(count: Int): Dump {
        val (name, history) = keys.entries.singleOrNull { it.key.startsWith("asynq:scheduler_history:") } ?: return this
        val events = history.get("members").items
        val later = events.drop(count).map { it.get("decoded").text("task_id") }.toSet()
        val left = keys.filterKeys { it.substringAfter(":t:") !in later }.mapValues { (key, ours) ->
            val items = ours.opt("items")?.items?.filterNot { it.isString && it.asString() in later }
            when {
                key == name -> json(ours.fields + ("members" to json(events.take(count))))
                items != null -> json(ours.fields + ("items" to json(items)))
                else -> ours
            }
        }
        return Dump(at, left)
    }

    /** Where this is not what was recorded. The paths start with the key or its template, then a blank. */
    fun differences(recorded: JsonNode): List<Difference> {
        val comparison = Comparison.of(recorded.opt("volatile"), at)
        val left = keys.toSortedMap()
        val differences = recorded.get("keys").items.flatMapIndexed { i, key ->
            val name = comparison.templateAt("/keys/$i/key") ?: key.text("key")
            val expected = json(key.fields - "key")
            val (match, found) = left.filterKeys { Template(name, at).matches(it) }
                .mapValues { (_, ours) -> comparison.differences("/keys/$i", expected, inOrderOf(expected, ours)) }
                .minByOrNull { (_, found) -> found.size }
                ?.toPair()
                ?: (null to listOf(Difference("/keys/$i", expected, null)))
            match?.let(left::remove)
            found.map { it.copy(path = "$name ${it.path.removePrefix("/keys/$i")}".trim()) }
        }
        return differences + left.map { (name, ours) -> Difference(Template.of(name, at), null, ours) }
    }
}

/**
 * Entries of a scheduler are listed by when they are next due, and whether that is the hourly or the daily one depends on the time
 * of day: ours, in the order of the recording. Anything else as it is.
 */
private fun inOrderOf(recorded: JsonNode, ours: JsonNode): JsonNode {
    val specs = recorded.opt("items")?.items?.map { it.spec() ?: return ours } ?: return ours
    val items = ours.opt("items")?.items ?: return ours
    return json(ours.fields + ("items" to json(items.sortedBy { specs.indexOf(it.spec()) })))
}

private fun JsonNode.spec() = opt("decoded")?.opt("spec")?.asString()
