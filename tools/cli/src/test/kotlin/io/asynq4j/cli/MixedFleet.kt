package io.asynq4j.cli

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.TaskRouter
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.Scheduler
import io.asynq4j.schedule.StoredPeriodicTasks
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.time.SystemTime
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.io.path.createTempDirectory
import kotlin.io.path.exists

/**
 * Something to look at: a Redis, a server and a scheduler of this JVM, a server in Go where there is Go, and tasks in every state.
 */
class MixedFleet : AutoCloseable {
    val redis: RedisForTests = RedisForTests.start()
    val time: SystemTime = SystemTime.open()
    val broker: Broker = LettuceBroker.open(redis.uri())
    private val client = TaskClient.of(broker)
    private val held = CountDownLatch(1)
    private val go: Process? = goServer()
    private val server = TaskServer.builder(
        broker,
    ).concurrency(10).queues(mapOf("critical" to 6, "default" to 3)).build()
    private val scheduler = Scheduler.builder(broker).build()

    val hasGo get() = go != null

    init {
        server.start(
            TaskRouter.create()
                .handle("email:welcome") { task, _ ->
                    check(!task.payload().utf8().contains("\"bounce\":true")) { "550 no such mailbox" }
                }
                .handle("report:build") { _, _ -> held.await() },
        )
        scheduler.register(
            PeriodicTask.of(
                "0 3 * * *",
                task("report:build", """{"kind":"nightly"}"""),
            ).named("nightly-report").with(Options.defaults().queue("low")),
        )
        scheduler.start()
        StoredPeriodicTasks.of(broker).put(PeriodicTask.of("@every 10m", task("cleanup", "")).named("cleanup"))
        fill()
    }

    private fun fill() {
        (1..40).forEach { put("email:welcome", """{"user":$it}""", Options.defaults().queue("critical")) }
        put(
            "email:welcome",
            """{"user":41}""",
            Options.defaults().queue("critical").taskId("welcome-41").retention(Duration.ofHours(24)),
        )
        put("email:welcome", """{"user":7,"bounce":true}""", Options.defaults().queue("critical").taskId("bounced"))
        put(
            "email:welcome",
            """{"user":8,"bounce":true}""",
            Options.defaults().queue("critical").maxRetry(0).taskId("given-up"),
        )
        put("report:build", """{"month":"2026-10"}""", Options.defaults().taskId("october"))
        put(
            "report:build",
            """{"month":"2026-11"}""",
            Options.defaults().taskId("november").processIn(Duration.ofHours(6)),
        )
        put("digest:member", """{"user":1}""", Options.defaults().group("weekly").taskId("member-1"))
        put("digest:member", """{"user":2}""", Options.defaults().group("weekly").taskId("member-2"))
        (1..12).forEach { put("plain", "from the JVM, $it", Options.defaults().queue("golang")) }
        put("fail:later", "kept in Go", Options.defaults().queue("golang").taskId("go-retry"))
        (1..35).forEach {
            put(
                "image:resize",
                """{"id":$it,"width":640}""",
                Options.defaults().queue("low").taskId("image-%02d".format(it)),
            )
        }
    }

    fun put(type: String, payload: String, options: Options) {
        client.enqueue(task(type, payload), options)
    }

    private fun task(type: String, payload: String) = Task.of(type, Payload.ofUtf8(payload))

    /** The peer of the interoperability tests, built if that is possible here. */
    private fun goServer(): Process? {
        val sources = Path.of("../../backend-lettuce/src/test/resources/go-peer")
        if (!sources.exists()) return null
        val program = createTempDirectory("asynq4j-cli").resolve("peer")
        val built = runCatching {
            val build = ProcessBuilder("go", "build", "-o", program.toString(), ".").directory(sources.toFile())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
            build.waitFor(4, TimeUnit.MINUTES) && build.exitValue() == 0
        }.getOrDefault(false)
        if (!built) return null
        return ProcessBuilder(program.toString(), "work", "${redis.host()}:${redis.port()}", "golang", "4")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
    }

    override fun close() {
        held.countDown()
        scheduler.close()
        server.close()
        go?.destroy()
        client.close()
        broker.close()
        time.close()
        redis.close()
    }
}
