package io.asynq4j.cli

import io.asynq4j.handler.TaskRouter
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.Scheduler
import io.asynq4j.server.TaskServer
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.time.SystemTime
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A Redis of its own, and the program as people use it, by its own connection. */
private class Fleet(vararg settings: String) : AutoCloseable {
    val redis: RedisForTests = RedisForTests.start(*settings)
    val time: SystemTime = SystemTime.open()
    val password = settings.dropWhile { it != "--requirepass" }.drop(1).firstOrNull()
    val broker = LettuceBroker.open(
        redis.uri().let {
            if (password ==
                null
            ) {
                it
            } else {
                it.replace("://", "://:$password@")
            }
        },
    )
    val program = CommandLineForTests(time, broker).apply {
        opening = { LettuceBroker.open(it) }
        environment["ASYNQ4J_URI"] = redis.uri()
    }

    override fun close() {
        program.client.close()
        broker.close()
        time.close()
        redis.close()
    }
}

class CommandLineRedisTest : FunSpec({
    test("a task is enqueued, looked at, changed, moved and removed, each by a program of its own") {
        Fleet().use { fleet ->
            fun run(vararg args: String) = fleet.program.run(*args).also { check(it.exit == 0) { it.err } }

            run("task", "enqueue", "-t", "mail", "-l", "{\"to\":1}", "-i", "one", "-q", "low").out shouldBe
                "one is pending in low\n"
            run("task", "ls", "-q", "low", "-s", "pending", "-o", "json").json.each("id") shouldContainExactly
                listOf("one")
            run("queue", "inspect", "low").lines shouldContain "Size       1"
            run("queue", "pause", "low").out shouldBe "low is paused\n"
            run("queue", "unpause", "low").out shouldBe "low is running\n"
            run("task", "archive-all", "-q", "low", "-s", "pending").out shouldBe "1 task archived\n"
            run("task", "run", "-q", "low", "-i", "one", "-l", "other").out shouldBe "one pending\n"
            run("task", "move", "-q", "low", "-i", "one", "--to", "high").out shouldStartWith "one moved to high"
            run("task", "inspect", "-q", "high", "-i", "one").lines shouldContain "Payload    other"
            run("queue", "history", "high", "-x", "1", "-o", "json").json.each("processed") shouldContainExactly
                listOf("0")
            run("queue", "rm", "low").out shouldBe "low is removed\n"
            run("queue", "rm", "-f", "high").out shouldBe "high is removed, with 1 tasks\n"
            run("queue", "ls", "-o", "yaml").out shouldBe "[]\n"
        }
    }

    test("a fleet at work is seen: servers, schedulers, a task until it has ended, and a queue until it is empty") {
        Fleet().use { fleet ->
            val program = fleet.program
            TaskServer.builder(fleet.broker).concurrency(2).queues(mapOf("default" to 1)).build().use { server ->
                server.start(
                    TaskRouter.create().handle("mail") { _, context ->
                        context.writeResult("done".toByteArray())
                    },
                )
                Scheduler.builder(fleet.broker).build().use { scheduler ->
                    scheduler.register(PeriodicTask.of("@every 1h", Task.of("mail")).named("hourly"))
                    scheduler.start()
                    eventually(20.seconds) {
                        program.run("server", "ls").out shouldContain "0/2"
                        program.run("cron", "ls", "-o", "json").json.each("id") shouldContainExactly listOf("hourly")
                    }
                    val soon = Options.defaults().taskId("mine").processIn(Duration.ofSeconds(2))
                    program.enqueue("mail", "x", soon.retention(Duration.ofHours(1)))

                    val patience = arrayOf("--interval=50ms", "--timeout=20s")
                    val watched = program.run("task", "get", "-q", "default", "-i", "mine", "--watch", *patience)

                    watched.exit shouldBe Exit.OK
                    watched.lines.last() shouldContain "completed, retried 0 of 25, result done"
                    program.run("queue", "drain", "default", "--timeout", "10s").exit shouldBe Exit.OK
                    program.run("stats", "-o", "json").json["today"]["processed"].asInt() shouldBe 1
                }
            }
        }
    }

    test("doctor finds what is wrong, mends it when told to, and then finds nothing") {
        Fleet().use { fleet ->
            fleet.program.enqueue("mail", "x", Options.defaults().taskId("dangling"))
            fleet.redis.ask("DEL", "asynq:{default}:t:dangling")

            val found = fleet.program.run("doctor", "-o", "json")
            found.exit shouldBe Exit.FAILED
            val here = found.json.toList().filter { it["queue"].asString() == "default" }
            here.map { it["ailment"].asString() } shouldContainExactly listOf("dangling-id")
            here.map { it["subject"].asString() } shouldContainExactly listOf("dangling")

            fleet.program.run("doctor", "default", "--fix").let {
                it.exit shouldBe Exit.OK
                it.lines[1] shouldContain "yes"
            }
            fleet.program.run("doctor", "default").out shouldBe "Nothing is wrong with default.\n"
        }
    }

    test("a password is taken from the environment, and a wrong one is told without it") {
        Fleet("--requirepass", "hunter2").use { fleet ->
            fleet.program.environment["ASYNQ4J_PASSWORD"] = "hunter2"
            fleet.program.run("queue", "ls").exit shouldBe Exit.OK
            fleet.program.environment["ASYNQ4J_PASSWORD"] = "wrong-secret"
            fleet.program.run("queue", "ls").let {
                it.exit shouldBe Exit.UNREACHABLE
                it.err shouldNotContain "wrong-secret"
            }
        }
    }

    test("a Redis that is not there ends with 4") {
        Fleet().use { fleet ->
            fleet.redis.close()
            fleet.program.run("stats").exit shouldBe Exit.UNREACHABLE
        }
    }
})
