package io.asynq4j.cli

import io.asynq4j.client.TaskClient
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.asynq4j.time.Timekeeper
import org.jline.terminal.Terminal
import tools.jackson.databind.JsonNode
import tools.jackson.databind.json.JsonMapper
import java.io.ByteArrayInputStream
import java.io.IOException
import java.io.PrintWriter
import java.io.StringWriter
import java.io.Writer
import java.nio.file.Path
import java.time.Instant

/** What one run of the program came to. */
class Ran(val exit: Int, val out: String, val err: String) {
    val lines get() = out.trimEnd('\n').lines()
    val json: JsonNode get() = JsonMapper().readTree(out)
}

/** The values of one name in a list of objects. */
fun JsonNode.each(name: String): List<String> = toList().map { it[name].asString() }

/** The program with everything around it under control. */
class CommandLineForTests(
    val time: Timekeeper = VirtualTime.startingAt(NOON),
    val broker: Broker = InMemoryBroker.on(time),
) {
    val environment = mutableMapOf<String, String>()
    val opened = mutableListOf<RedisUri>()
    var home: Path = Path.of("/nowhere")
    var input = ""
    var terminal = false
    var answers: ArrayDeque<String?>? = null // null: nobody is there
    val questions = mutableListOf<String>()
    var opening: (RedisUri) -> Broker = { unclosed(broker) }

    var screen: Terminal? = null
    val client: TaskClient = TaskClient.of(broker, time)

    fun enqueue(type: String, payload: String = "{}", options: Options = Options.defaults()): String =
        client.enqueue(Task.of(type, Payload.ofUtf8(payload)), options).id()

    fun run(vararg args: String): Ran {
        val out = StringWriter()
        val err = StringWriter()
        val exit = Asynq4j.run(around(out, err), *args)
        return Ran(exit, out.toString(), err.toString())
    }

    internal fun around(out: Writer = StringWriter(), err: Writer = StringWriter()) = Surroundings(
        PrintWriter(out),
        PrintWriter(err),
        ByteArrayInputStream(input.toByteArray()),
        Asked(),
        environment,
        terminal,
        home,
        time,
        { uri ->
            opened += uri
            opening(uri)
        },
        { screen ?: throw IOException("no terminal") },
    )

    private inner class Asked : Prompt {
        override fun someone() = answers != null

        override fun ask(question: String): String? {
            questions += question
            return answers!!.removeFirst()
        }

        override fun askSecretly(question: String) = ask(question)
    }

    companion object {
        val NOON: Instant = Instant.parse("2026-03-01T12:00:00Z")

        /** The commands close their broker; the one under test goes on. */
        fun unclosed(broker: Broker): Broker = object : Broker by broker {
            override fun close() = Unit
        }
    }
}
