package io.asynq4j.samples

import java.io.ByteArrayOutputStream
import java.io.PrintStream

/** What a sample prints. Safe for use by many threads. */
internal class Output {
    private val bytes = ByteArrayOutputStream()

    val stream = PrintStream(bytes, true, Charsets.UTF_8)

    fun text() = bytes.toString(Charsets.UTF_8).replace(System.lineSeparator(), "\n")

    fun lines() = text().lines().filter { it.isNotBlank() }
}
