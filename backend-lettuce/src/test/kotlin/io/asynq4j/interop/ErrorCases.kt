package io.asynq4j.interop

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.AsyncHandler
import io.asynq4j.inspect.Inspector
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.server.ServerState
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import kotlinx.coroutines.runBlocking
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** Makes the calls of errors.json, in order, with our client and server. Whoever makes one closes it. */
internal class ErrorCases(private val uri: String, private val redis: RawRedis) : AutoCloseable {
    private val broker: Broker = LettuceBroker.open(uri)
    private var client = TaskClient.of(broker)
    private var server = TaskServer.builder(broker).build()

    private var setup = Performance(uri, redis)
    private val schedulers = SchedulerErrorCases(broker)
    private val inspector = InspectorCalls(Inspector.of(broker))

    /** What comes of a case, in the form of the recordings: an outcome, and a result where there is one. */
    fun outcome(case: JsonNode): JsonNode {
        prepare(case)
        return try {
            obj("outcome" to "ok", "result" to call(case.text("api"), case.text("case"), case.get("input")))
        } catch (failure: RuntimeException) {
            obj("outcome" to "error", "kind" to ErrorKind.of(failure))
        }
    }

    override fun close() {
        setup.close()
        server.close()
        schedulers.close()
        client.close()
        broker.close()
    }

    private fun prepare(case: JsonNode) {
        if (case.opt("fresh_database")?.asBoolean() == true) {
            setup.close()
            setup = Performance(uri, redis)
            redis.sync.flushall()
            client.close()
            client = TaskClient.of(broker)
        }
        case.opt("setup")?.items?.forEach { runBlocking { setup.perform(it) } }
    }

    private fun call(api: String, case: String, input: JsonNode): JsonNode? = when (api) {
        "Client.Enqueue" -> if (input.has("redis")) {
            nobodyListens {
                enqueue(TaskClient.of(it), input)
            }
        } else {
            enqueue(client, input)
        }

        "Client.Ping" -> done { if (input.has("redis")) nobodyListens { it.ping() } else broker.ping() }

        "Client.Close" -> done { client.close() }

        "NewServer" -> done { ServerSetup.server(broker, input) }

        "Server.Start" -> done { start(case, input) }

        "Server.Run" -> done { state(case).run(HANDLER) }

        "Server.Stop" -> done { server.quiet() }

        "Server.Shutdown" -> done { server.close() }

        "Server.Ping" -> done { server.ping() }

        "ResultWriter.Write" -> writeLate(Duration.ofMillis(input.long("timeout_ms")))

        else -> if (api.startsWith(INSPECTOR)) {
            inspector.call(api.removePrefix(INSPECTOR), input.get("args"))
        } else {
            done { schedulers.call(api, case, input) }
        }
    }

    /** What comes of a result that is written when the attempt has timed out. */
    private fun writeLate(timeout: Duration): JsonNode? {
        val written = CompletableFuture<Void>()
        val working = TaskServer.builder(broker).queues(mapOf("results" to 1)).build()
        working.start { _, context ->
            CompletableFuture<Unit>().also { ended ->
                context.onCancel {
                    context.writeResultAsync(Payload.ofUtf8("late")).whenComplete { _, failure ->
                        if (failure == null) written.complete(null) else written.completeExceptionally(failure)
                        ended.complete(Unit)
                    }
                }
            }
        }
        return working.use {
            TaskClient.of(broker).use {
                it.enqueue(Task.of("t", Payload.none()), Options.defaults().queue("results").timeout(timeout))
            }
            done { written.orTimeout(20, TimeUnit.SECONDS).join() }
        }
    }

    private fun enqueue(client: TaskClient, input: JsonNode): JsonNode {
        val task = input.opt("task")?.let(TaskInput::task) ?: nothing()
        return MessageJson.of(client.enqueue(task, TaskInput.options(input.opt("options"))))
    }

    private fun start(case: String, input: JsonNode) {
        state(case).start(if (input.has("handler")) nothing() else HANDLER)
    }

    /** Null where Kotlin would not let it pass, though a Java program can. */
    @Suppress("UNCHECKED_CAST")
    private fun <T> nothing(): T = null as T

    /** The server, brought into the state that the name of a case speaks of. */
    private fun state(case: String): TaskServer {
        when (case) {
            "already running" -> if (server.state() != ServerState.RUNNING) restart()
            "stopped" -> server.quiet()
            "after shutdown" -> server.close()
        }
        return server
    }

    private fun restart() {
        server.close()
        server = TaskServer.builder(broker).build().also { it.start(HANDLER) }
    }

    private fun <T> nobodyListens(call: (Broker) -> T): T = LettuceBroker.open("redis://127.0.0.1:1").use(call)

    private fun done(call: () -> Unit): JsonNode? {
        call()
        return null
    }

    private companion object {
        const val INSPECTOR = "Inspector."
        val HANDLER = AsyncHandler<Task> { _, _ -> CompletableFuture.completedFuture(Unit) }
    }
}
