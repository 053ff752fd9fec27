package io.asynq4j.interop

import java.time.Instant
import java.time.ZoneOffset

/** A name with parts that vary, such as `asynq:servers:{<host>:<pid>:<uuid>}`. */
internal class Template(private val text: String, at: Instant) {
    private val pattern = Regex(
        text.split(Regex("(?=<)|(?<=>)")).joinToString("") { part ->
            when (part) {
                "<uuid>" -> UUID
                "<utc-date>" -> Regex.escape(at.utcDate())
                "<host>" -> "[^:]+"
                "<pid>" -> """\d+"""
                else -> Regex.escape(part)
            }
        },
    )

    fun matches(name: String) = pattern.matches(name)

    companion object {
        private const val UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

        /** The template that most names like this one have. */
        fun of(name: String, at: Instant) = name.replace(at.utcDate(), "<utc-date>").replace(Regex(UUID), "<uuid>")
            .replace(Regex("""\{[^:{}]+:\d+:<uuid>}"""), "{<host>:<pid>:<uuid>}")
    }
}

private fun Instant.utcDate() = atOffset(ZoneOffset.UTC).toLocalDate().toString()
