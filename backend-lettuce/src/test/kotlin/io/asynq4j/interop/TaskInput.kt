package io.asynq4j.interop

import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.time.Instant

/** Tasks and options as the recordings write them. Throws as a user's program would where we refuse one. */
internal object TaskInput {
    fun task(input: JsonNode) = Task(
        input.word("type"),
        input.opt("payload_hex")?.let { Payload.of(it.asString().unhex()) } ?: Payload.none(),
        headers(input),
        options(input.opt("task_options")),
    )

    fun options(inputs: JsonNode?): Options =
        inputs?.items?.fold(Options.defaults()) { options, input -> options.merge(option(input)) } ?: Options.defaults()

    private fun option(input: JsonNode): Options = with(Options.defaults()) {
        when (val name = input.text("option")) {
            "Queue" -> queue(input.word("name"))
            "TaskID" -> taskId(input.text("id"))
            "MaxRetry" -> maxRetry(input.int("n"))
            "Timeout" -> timeout(input.duration())
            "Deadline" -> deadline(input.instant())
            "Unique" -> uniqueFor(input.duration())
            "ProcessAt" -> processAt(input.instant())
            "ProcessIn" -> processIn(input.duration())
            "Retention" -> retention(input.duration())
            "Group" -> group(input.text("name"))
            else -> error("no option $name")
        }
    }

    private fun headers(input: JsonNode): Map<String, String> =
        input.opt("headers")?.fields?.mapValues { it.value.asString() }
            ?: input.opt("headers_hex")?.items?.associate { it.text("key").unhexWord() to it.text("value").unhexWord() }
            ?: emptyMap()

    private fun JsonNode.word(name: String) = opt("${name}_hex")?.asString()?.unhexWord() ?: text(name)

    /** Text that is no UTF-8 cannot be had in Java; what comes closest is text that cannot be written as UTF-8. */
    private fun String.unhexWord() = unhex().decodeToString().replace('\uFFFD', '\uD800')

    private fun JsonNode.duration(): Duration =
        opt("ms")?.let { Duration.ofMillis(it.asLong()) } ?: Duration.ofNanos(long("ns"))

    private fun JsonNode.instant(): Instant = opt("now_plus_ms")?.let { Instant.now().plusMillis(it.asLong()) }
        ?: Instant.ofEpochSecond(long("unix_s"), opt("nanos")?.asLong() ?: 0)
}
