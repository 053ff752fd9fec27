package io.asynq4j.interop

import io.asynq4j.schedule.Schedule
import tools.jackson.databind.JsonNode
import java.time.Instant
import java.time.ZoneId
import kotlin.math.abs

/** How a value is compared that differs from run to run: an entry of a recording's `volatile` list. */
internal class Varying(private val rule: JsonNode) {
    private val kind = rule.text("kind")

    /** Whether these are bytes that are not compared, since their decoded form is. */
    val isDecoded get() = kind == "protobuf"

    val template get() = if (kind == "template") rule.text("template") else null

    /** @param at when our value was observed */
    fun accepts(recorded: JsonNode?, ours: JsonNode, at: Instant): Boolean = when (kind) {
        "any" -> true

        "unix_s" -> near(ours.number(), at.seconds() + offset())

        "unix_ms" -> near(ours.number() / 1e3, at.seconds() + offset())

        "unix_ns" -> near(ours.number() / 1e9, at.seconds() + offset())

        "elapsed_ms" -> near(ours.number() / 1e3, at.seconds() - rule.get("since_unix_ms").number() / 1e3)

        "ttl_s" -> near(ours.number(), (recorded ?: rule.get("value")).number())

        "ttl_until" -> near(at.seconds() + ours.number(), rule.get("unix_s").number())

        "template" -> Template(rule.text("template"), at).matches(ours.asString())

        "uuid" -> Template("<uuid>", at).matches(ours.asString())

        "cron_next" -> Schedule.of(rule.text("spec"), ZoneId.of(rule.text("location"))).let { schedule ->
            listOf(at.minusSeconds(5), at).any { schedule.next(it).get().epochSecond == ours.long("seconds") }
        }

        "panic_text" -> ours.asString().replace(PLACE, "[]") == recorded?.asString()?.replace(PLACE, "[]")

        "text" -> Regex(rule.text("pattern")).matches(ours.asString())

        else -> error("nothing is known about values of kind $kind")
    }

    private fun offset() = rule.get("offset_s").number()

    private fun near(ours: Double, wanted: Double) = abs(ours - wanted) <= rule.get("tolerance_s").number()

    private companion object {
        val PLACE = Regex("""\[[^]:]+:\d+]""")
    }
}

private fun JsonNode.number(): Double = asString().toDouble()

private fun Instant.seconds(): Double = epochSecond + nano / 1e9
