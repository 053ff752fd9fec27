package io.asynq4j.interop

import tools.jackson.databind.JsonNode
import java.time.Instant

/**
 * All that a Redis holds.
 *
 * @param keys what each key holds, in the form of the recordings
 */
internal class Dump(val at: Instant, val keys: Map<String, JsonNode>) {
    /** Where this is not what was recorded. The paths start with the key or its template, then a blank. */
    fun differences(recorded: JsonNode): List<Difference> {
        val comparison = Comparison.of(recorded.opt("volatile"), at)
        val left = keys.toSortedMap()
        val differences = recorded.get("keys").items.flatMapIndexed { i, key ->
            val name = comparison.templateAt("/keys/$i/key") ?: key.text("key")
            val expected = json(key.fields - "key")
            val (match, found) = left.filterKeys { Template(name, at).matches(it) }
                .mapValues { (_, ours) -> comparison.differences("/keys/$i", expected, ours) }
                .minByOrNull { (_, found) -> found.size }
                ?.toPair()
                ?: (null to listOf(Difference("/keys/$i", expected, null)))
            match?.let(left::remove)
            found.map { it.copy(path = "$name ${it.path.removePrefix("/keys/$i")}".trim()) }
        }
        return differences + left.map { (name, ours) -> Difference(Template.of(name, at), null, ours) }
    }
}
