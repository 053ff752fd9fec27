package io.asynq4j.server

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.TaskContext
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskInfo
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import java.time.Instant
import java.util.Random
import java.util.concurrent.CompletableFuture
import kotlin.time.toJavaDuration
import kotlin.time.Duration as KotlinDuration

/** A broker, a client and a server on one virtual clock; nothing happens until a test moves it. */
internal class Room(
    private val setup: TaskServerBuilder.() -> Unit = {},
) {
    val time: VirtualTime = VirtualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"))
    val broker: InMemoryBroker = InMemoryBroker.on(time)
    val client: TaskClient = TaskClient.of(broker, time)
    val server: TaskServer = newServer()

    fun newServer(of: Broker = broker): TaskServer = TaskServer
        .builder(of)
        .time(time)
        .loopExecutor(time.executor())
        .handlerExecutor(time.executor())
        .random(Random(7))
        .concurrency(10)
        .apply(setup)
        .build()

    fun enqueue(type: String, options: Options = Options.defaults()): TaskInfo =
        client.enqueue(Task.of(type, Payload.ofUtf8(type)), options)

    /** Starts the server with one handler for everything. */
    fun handle(handler: (Task, TaskContext) -> Unit): Room {
        server.start { task, context ->
            handler(task, context)
            CompletableFuture.completedFuture(null)
        }
        return this
    }

    fun handleAsync(handler: AsyncHandler<Task>): Room {
        server.start(handler)
        return this
    }

    fun advance(duration: KotlinDuration) = time.advance(duration.toJavaDuration())
}
