package io.asynq4j.interop

import tools.jackson.databind.JsonNode
import java.time.Instant

/**
 * A place where we want to differ from the Go library: a line of `deviations.json`.
 *
 * @param where the case it belongs to
 * @param path as differences name it
 * @param ours what is there instead: a literal, a rule with a `kind`, or null for nothing
 */
internal class Deviation(val where: String, val path: String, private val ours: JsonNode?, private val reason: String) {
    fun explains(difference: Difference, at: Instant): Boolean =
        difference.path == path && matches(ours, difference.ours, at)

    override fun toString() = "$where $path: ${ours ?: "nothing"} ($reason)"

    private fun matches(wanted: JsonNode?, ours: JsonNode?, at: Instant): Boolean = when {
        wanted == null || ours == null -> wanted == null && ours == null

        wanted.has("kind") -> Varying(wanted).accepts(null, ours, at)

        wanted.isObject && ours.isObject ->
            wanted.fields.keys == ours.fields.keys &&
                wanted.fields.all { (name, field) -> matches(field, ours.get(name), at) }

        wanted.isArray && ours.isArray ->
            wanted.size() == ours.size() && wanted.items.zip(ours.items).all { (one, other) -> matches(one, other, at) }

        wanted.isNumber && ours.isNumber -> wanted.decimalValue().compareTo(ours.decimalValue()) == 0

        else -> wanted == ours
    }

    companion object {
        /** Those of a list of `deviations.json`, by the case they belong to. */
        fun of(list: String): Map<String, List<Deviation>> {
            val file = Vectors.read("deviations.json")
            val reasons = file.get("reasons").fields
            return file.get(list).items.map { line ->
                val reason = line.text("reason")
                check(reason in reasons) { "deviations.json gives no reason $reason" }
                Deviation(line.text("where"), line.text("path"), line.opt("ours"), reason)
            }.groupBy { it.where }
        }
    }
}

/** The differences that no deviation wants, and the deviations that did not occur. Both are empty when all is well. */
internal fun unexplained(differences: List<Difference>, wanted: List<Deviation>, at: Instant): List<String> =
    differences.filter { difference -> wanted.none { it.explains(difference, at) } }.map { "not wanted: $it" } +
        wanted.filter { deviation -> differences.none { deviation.explains(it, at) } }.map { "no longer so: $it" }
