package io.asynq4j.cli

import io.asynq4j.schedule.StoredPeriodicTasks
import io.asynq4j.spi.PeriodicEntry
import io.asynq4j.spi.SchedulerEntry
import io.asynq4j.spi.SchedulerEvent
import io.asynq4j.spi.SchedulerInfo
import io.asynq4j.spi.Schedules
import io.asynq4j.spi.ServerInfo
import io.asynq4j.task.Payload
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.time.Duration

class CronAndServerCommandsTest : FunSpec({
    val now = CommandLineForTests.NOON

    fun program() = CommandLineForTests().apply {
        broker.announce(
            ServerInfo(
                "host-1", 42, "id-1", 10,
                mapOf(
                    "low" to 1,
                    "critical" to 6,
                ),
                true, "active", now.minusSeconds(90), 0,
            ),
            listOf(),
            now,
            Duration.ofSeconds(10),
        )
        val options = listOf("Queue(\"low\")")
        val entry =
            SchedulerEntry("nightly", "0 3 * * *", "report", Payload.ofUtf8("{}"), options, now.plusSeconds(60), null)
        broker.announceScheduler(SchedulerInfo("host-1", 42, "scheduler"), listOf(entry), now, Duration.ofSeconds(10))
        broker.recordEvents(listOf(Schedules.Recorded("nightly", SchedulerEvent("task-1", now), Duration.ofDays(1))))
    }

    test("server ls tells servers, what they work on, and since when") {
        val program = program()

        program.run("server", "ls").lines shouldContainExactly listOf(
            "HOST    PID  STATE   WORKERS  QUEUES                     STARTED",
            "host-1   42  active  0/10     critical:6 low:1 (strict)  1m30s ago",
        )
        program.run("server", "list", "-o", "json").json[0]["queues"]["critical"].asInt() shouldBe 6
        program.run("server", "ls", "-o", "yaml").out shouldContain "strict_priority: true"
        CommandLineForTests().run("server", "ls").out shouldBe "No server lives.\n"
    }

    test("cron ls tells what schedulers show") {
        val program = program()

        program.run("cron", "ls").lines shouldContainExactly listOf(
            "ID       SPEC       TYPE    PAYLOAD  OPTIONS       NEXT     PREVIOUS",
            "nightly  0 3 * * *  report  {}       Queue(\"low\")  in 1m0s  -",
        )
        program.run("cron", "ls", "-o", "json").json.each("next") shouldContainExactly listOf("2026-03-01T12:01:00Z")
        CommandLineForTests().run("cron", "ls").out shouldStartWith "No scheduler lives"
    }

    test("cron history tells what an entry has put on its queue") {
        val program = program()

        program.run("cron", "history", "nightly").lines shouldContainExactly listOf(
            "ENTRY    TASK    AT",
            "nightly  task-1  2026-03-01T12:00:00Z",
        )
        program.run("cron", "history", "nightly", "-o", "json").json.each("task") shouldContainExactly listOf("task-1")
        program.run("cron", "history", "nobody").out shouldBe "Nothing is known of what they did.\n"
    }

    test("cron put stores a periodic task with its options, for schedulers to take up") {
        val program = program()

        val task = arrayOf("-t", "mail", "-l", "x", "-q", "low")
        val ran = program.run("cron", "put", "hourly", "--spec=30 * * * *", "--zone=Europe/Berlin", *task)

        ran.out shouldBe "hourly is stored, due next at 2026-03-01T12:30:00Z\n"
        StoredPeriodicTasks.of(program.broker).periodicTasks().single().let {
            it.name().get() shouldBe "hourly"
            it.spec() shouldBe "30 * * * *"
            it.options().queue().get() shouldBe "low"
            it.zone().get().id shouldBe "Europe/Berlin"
            it.task().payload().utf8() shouldBe "x"
        }
        program.run("cron", "ls", "--stored").lines[1] shouldStartWith "hourly  30 * * * *  mail"
    }

    test("cron put refuses what is no schedule or no zone, and stores nothing") {
        val program = program()

        program.run("cron", "put", "x", "--spec", "every day", "-t", "mail").exit shouldBe Exit.USAGE
        program.run("cron", "put", "x", "--spec", "@daily", "-t", "mail", "--zone", "Mars").exit shouldBe Exit.USAGE
        program.run("cron", "ls", "--stored").out shouldBe "No periodic tasks are stored.\n"
    }

    test("cron rm removes what is stored, and ends with 3 where nothing is") {
        val program = program()
        program.run("cron", "put", "hourly", "--spec", "@hourly", "-t", "mail")

        program.run("cron", "rm", "hourly").out shouldBe "hourly is removed\n"
        program.run("cron", "rm", "hourly").exit shouldBe Exit.NOT_FOUND
    }

    test("cron pause lets an entry make no tasks, in the queue that it says") {
        val program = program()
        val stored = PeriodicEntry("low", "nightly", "", Duration.ofDays(1))
        fun paused() = program.broker.joinPeriodic(listOf(stored), now).single().paused()
        paused() shouldBe false

        program.run("cron", "pause", "nightly").out shouldBe "nightly is paused\n"
        paused() shouldBe true
        program.run("cron", "resume", "nightly", "-o", "json").json["queue"].asString() shouldBe "low"
        paused() shouldBe false
        program.run("cron", "pause", "nobody").exit shouldBe Exit.NOT_FOUND
    }

    test("completion writes a script that knows the commands") {
        val script = CommandLineForTests().run("completion").out

        listOf("complete -F", "drain", "archive-all", "--older-than").forEach { script shouldContain it }
    }

    test("help is there for every command, and exit codes are told") {
        CommandLineForTests().run("--help").out shouldContain "7   it took longer"
        CommandLineForTests().run("task", "run-all", "--help").out shouldContain "--error-contains"
        CommandLineForTests().run("--version").out shouldStartWith "asynq4j "
        CommandLineForTests().run("task").exit shouldBe Exit.USAGE
        CommandLineForTests().run("no-such-thing").exit shouldBe Exit.USAGE
    }
})
