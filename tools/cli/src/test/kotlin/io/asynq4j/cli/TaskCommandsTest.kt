package io.asynq4j.cli

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.time.Duration
import java.util.concurrent.CompletableFuture.failedFuture
import java.util.concurrent.CompletionStage

class TaskCommandsTest : FunSpec({
    fun program() = CommandLineForTests().apply {
        enqueue("email:welcome", """{"user":1}""", Options.defaults().taskId("one"))
        enqueue("email:goodbye", """{"user":2}""", Options.defaults().taskId("two"))
        enqueue("report", "", Options.defaults().taskId("later").processIn(Duration.ofHours(1)))
    }

    fun CommandLineForTests.state(id: String, queue: String = "default") =
        run("task", "inspect", "-q", queue, "-i", id, "-o", "json").json["state"].asString()

    fun CommandLineForTests.working(vararg ids: String) {
        ids.forEach { enqueue("long", options = Options.defaults().taskId(it).queue("low")) }
        val now = time.instant()
        broker.fetch(Demand(listOf(Demand.Share("low", ids.size)), now, now.plusSeconds(60), "attempt"))
    }

    test("task ls shows a page of tasks in one state, in all three forms") {
        val program = program()

        program.run("task", "ls", "-q", "default", "-s", "pending").lines shouldContainExactly listOf(
            "ID   TYPE           PAYLOAD     SINCE",
            "one  email:welcome  {\"user\":1}  now",
            "two  email:goodbye  {\"user\":2}  now",
        )
        program.run("task", "ls", "--queue=default", "--state=scheduled").lines[1] shouldBe
            "later  report           in 1h0m"
        program.run("task", "list", "-q", "default", "-s", "pending", "--page=2", "--size=1", "-o", "json").json.let {
            it.each("id") shouldContainExactly listOf("two")
            it.each("payload_encoding") shouldContainExactly listOf("utf-8")
            it.each("payload") shouldContainExactly listOf("""{"user":2}""")
        }
        program.run("task", "ls", "-q", "default", "-s", "archived").out shouldBe "No archived tasks in default.\n"
        program.run("task", "ls", "-q", "default", "-s", "scheduled", "-o", "yaml").out shouldContain
            "next_process_at: 2026-03-01T13:00:00Z"
    }

    test("task ls takes filters") {
        val program = program()

        fun ls(vararg filters: String) = program.run("task", "ls", "-q", "default", "-s", "pending", *filters)

        ls("--type", "email:g*", "-o", "json").json.each("id") shouldContainExactly listOf("two")
        ls("--payload-contains", "user\":1", "-o", "json").json.each("id") shouldContainExactly listOf("one")
        ls("--older-than", "5m").out shouldStartWith "No pending"
    }

    test("task ls of a group needs its name") {
        val program = program()
        program.enqueue("member", "m", Options.defaults().group("daily").taskId("grouped"))

        program.run("task", "ls", "-q", "default", "-s", "aggregating").exit shouldBe Exit.USAGE
        program.run("task", "ls", "-q", "default", "-s", "aggregating", "-g", "daily").lines[1] shouldStartWith
            "grouped"
    }

    test("a state that is none, a page that is none and a missing queue are wrong usage") {
        val program = program()

        program.run("task", "ls", "-q", "default", "-s", "panding").let {
            it.exit shouldBe Exit.USAGE
            it.err shouldContain "\"panding\" is no state"
        }
        program.run("task", "ls", "-q", "default", "-s", "pending", "--page", "0").exit shouldBe Exit.USAGE
        program.run("task", "ls", "-s", "pending").exit shouldBe Exit.USAGE
        program.run("task", "ls", "-q", "nowhere", "-s", "pending").exit shouldBe Exit.NOT_FOUND
    }

    test("task inspect tells all there is to know about a task") {
        val ran = program().run("task", "inspect", "--queue=default", "--id=later")

        ran.lines.take(4) shouldContainExactly
            listOf("Id         later", "Queue      default", "Type       report", "State      scheduled")
        ran.lines shouldContain "Next run   2026-03-01T13:00:00Z (in 1h0m)"
        ran.lines shouldContain "Retried    0 of 25"
    }

    test("task inspect ends with 3 where there is no such task") {
        program().run("task", "get", "-q", "default", "-i", "nobody").exit shouldBe Exit.NOT_FOUND
    }

    test("single tasks are archived, run and deleted, and the one that cannot be is told of") {
        val program = program()

        program.run("task", "archive", "-q", "default", "-i", "later").out shouldBe "later archived\n"
        program.state("later") shouldBe "archived"
        program.run("task", "archive", "-q", "default", "-i", "later").exit shouldBe Exit.CONFLICT
        program.run("task", "run", "-q", "default", "--id", "later").out shouldBe "later pending\n"
        program.state("later") shouldBe "pending"

        val mixed = program.run("task", "delete", "-q", "default", "one", "nobody", "later", "-o", "json")
        mixed.exit shouldBe Exit.NOT_FOUND
        mixed.json.each("done") shouldContainExactly listOf("true", "false", "true")
        mixed.err shouldContain "holds no task with id \"nobody\""
        program.run("task", "inspect", "-q", "default", "-i", "one").exit shouldBe Exit.NOT_FOUND
    }

    test("task run takes another payload, as text or from a file") {
        val program = program()
        val file = tempfile().apply { writeText("from a file") }

        program.run("task", "run", "-q", "default", "-i", "later", "--payload", "changed").exit shouldBe Exit.OK
        program.run("task", "inspect", "-q", "default", "-i", "later", "-o", "json").json["payload"].asString() shouldBe
            "changed"
        program.run("task", "archive", "-q", "default", "later")
        program.run("task", "run", "-q", "default", "-i", "later", "--payload-file", file.path).exit shouldBe Exit.OK
        program.run("task", "inspect", "-q", "default", "-i", "later").lines shouldContain "Payload    from a file"
        program.run("task", "run", "-q", "default", "one", "two", "-l", "x").exit shouldBe Exit.USAGE
    }

    test("task update gives a scheduled task another payload, and leaves others alone") {
        val program = program()

        program.run("task", "update", "-q", "default", "-i", "later", "-l", "new").exit shouldBe Exit.OK
        program.state("later") shouldBe "scheduled"
        program.run("task", "update", "-q", "default", "-i", "one", "-l", "new").exit shouldBe Exit.CONFLICT
        program.run("task", "update", "-q", "default", "-i", "later").exit shouldBe Exit.USAGE
    }

    test("task move and copy take tasks to another queue") {
        val program = program()

        program.run("task", "move", "-q", "default", "-i", "later", "--to", "low").out shouldBe
            "later moved to low, where it is scheduled\n"
        program.state("later", "low") shouldBe "scheduled"
        program.run("task", "copy", "-q", "default", "-i", "one", "--to", "low").out shouldStartWith
            "one copied to low as "
        program.run("task", "copy", "-q", "default", "-i", "one").out shouldStartWith "one copied to default as "
        val those = arrayOf("-s", "pending", "--type", "email:welcome")
        program.run("task", "move", "-q", "default", "--to", "high", *those).out shouldBe "2 tasks moved to high\n"
        program.run("task", "move", "-q", "default", "-s", "active", "--to", "high").exit shouldBe Exit.USAGE
    }

    test("task move refuses ids with --state, and filters or a group without, and moves nothing") {
        val program = program()
        fun refused(vararg args: String) = program.run("task", "move", "-q", "default", "--to", "other", *args).let {
            it.exit shouldBe Exit.USAGE
            it.err
        }

        refused("-s", "pending", "--id", "one") shouldContain "--state goes without ids"
        refused("-s", "pending", "one")
        refused("-i", "one", "--type", "email:*") shouldContain "go with --state"
        refused("-i", "one", "--older-than", "1h")
        refused("-i", "one", "--group", "daily")
        program.state("one") shouldBe "pending"
        program.state("two") shouldBe "pending"
    }

    test("task cancel refuses filters without --all") {
        listOf(listOf("--type", "x"), listOf("--payload-contains", "x"), listOf("--older-than", "1h")).forEach {
            program().run("task", "cancel", "-q", "default", "one", *it.toTypedArray()).let { ran ->
                ran.exit shouldBe Exit.USAGE
                ran.err shouldContain "go with --all"
            }
        }
    }

    test("options that would change nothing are refused") {
        val program = program()

        program.run("task", "get", "-q", "default", "-i", "one", "--timeout", "1m").exit shouldBe Exit.USAGE
        program.run("task", "get", "-q", "default", "-i", "one", "--interval", "1s").exit shouldBe Exit.USAGE
        program.run("task", "enqueue", "-t", "mail", "--process-in", "1h", "--process-at", "2026-03-02T12:00:00Z").let {
            it.exit shouldBe Exit.USAGE
            it.err shouldContain "--process-at or --process-in"
        }
        program.run("task", "enqueue", "-t", "mail", "--id", "").exit shouldBe Exit.USAGE
    }

    test("bulk commands change all tasks in one state, or those that a filter means") {
        val program = program()

        program.run("task", "archive-all", "-q", "default", "-s", "pending", "--type", "email:w*").out shouldBe
            "1 task archived\n"
        program.run("task", "archiveall", "-q", "default", "-s", "pending").out shouldBe "1 task archived\n"
        program.run("task", "run-all", "-q", "default", "-s", "archived", "-o", "json").json["tasks"].asInt() shouldBe 2
        program.run("task", "delete-all", "-q", "default", "-s", "pending").out shouldBe "2 tasks deleted\n"
        program.run("task", "delete-all", "-q", "default", "-s", "pending").out shouldBe "0 tasks deleted\n"
    }

    test("bulk commands refuse states in which nothing can be done, and queues that nobody knows") {
        val program = program()

        program.run("task", "delete-all", "-q", "default", "-s", "active").exit shouldBe Exit.USAGE
        program.run("task", "run-all", "-q", "default", "-s", "pending").exit shouldBe Exit.USAGE
        program.run("task", "archive-all", "-q", "default", "-s", "archived").exit shouldBe Exit.USAGE
        program.run("task", "delete-all", "-q", "nowhere", "-s", "pending").exit shouldBe Exit.NOT_FOUND
    }

    test("bulk commands ask first, and change nothing without a yes") {
        val program = program()
        program.answers = ArrayDeque(listOf("no", "yes"))

        program.run("task", "delete-all", "-q", "default", "-s", "pending").exit shouldBe Exit.DECLINED
        program.state("one") shouldBe "pending"
        program.run("task", "delete-all", "-q", "default", "-s", "pending").exit shouldBe Exit.OK
        program.questions shouldContainExactly List(2) { "Delete all pending tasks of default? [y/N] " }
    }

    test("bulk commands show how far they are, on a terminal only") {
        val program = program()

        program.run("task", "archive-all", "-q", "default", "-s", "pending").err shouldBe ""
        program.terminal = true
        program.run("task", "run-all", "-q", "default", "-s", "archived").err shouldContain "Run: 2 of 2 (100%)"
    }

    test("task enqueue takes the options that a client has") {
        val program = program()

        val settings =
            arrayOf("--retry=3", "--timeout=90s", "--process_in=1h", "--retention=1d", "--unique=1h", "-Htrace=7")
        val ran = program.run(
            "task",
            "enqueue",
            "--type_name=mail",
            "--payload={}",
            "--queue=low",
            "--id=mine",
            *settings,
        )

        ran.exit shouldBe Exit.OK
        program.run("task", "inspect", "-q", "low", "-i", "mine", "-o", "json").json.let {
            it["state"].asString() shouldBe "scheduled"
            it["max_retry"].asInt() shouldBe 3
            it["timeout_seconds"].asInt() shouldBe 90
            it["retention_seconds"].asInt() shouldBe 86_400
            it["headers"]["trace"].asString() shouldBe "7"
            it["next_process_at"].asString() shouldBe "2026-03-01T13:00:00Z"
        }
        program.run("task", "enqueue", "-t", "mail", "-l", "{}", "-q", "low", "--unique=1h").exit shouldBe Exit.CONFLICT
        program.run("task", "enqueue", "-t", "mail", "-i", "mine", "-q", "low").exit shouldBe Exit.CONFLICT
        program.run("task", "enqueue", "-t", "mail", "--timeout", "soon").exit shouldBe Exit.USAGE
        program.run("task", "enqueue", "-t", "mail", "--process-at", "2026-13-01").exit shouldBe Exit.USAGE
    }

    test("task cancel asks whoever works on a task, which it finds in any queue") {
        val program = CommandLineForTests()
        program.enqueue("long", options = Options.defaults().taskId("busy").queue("low"))
        program.enqueue("idle", options = Options.defaults().taskId("idle"))
        program.time.instant().let {
            program.broker.fetch(Demand(listOf(Demand.Share("low", 1)), it, it.plusSeconds(60), "attempt"))
        }

        program.run("task", "cancel", "idle").exit shouldBe Exit.NOT_FOUND
        program.run("task", "cancel", "-q", "default", "idle").let {
            it.exit shouldBe Exit.CONFLICT
            it.err shouldContain "\"idle\" of queue \"default\" is not active"
        }
        program.run("task", "cancel", "busy").exit shouldBe Exit.OK
        program.run("task", "cancel", "--all").exit shouldBe Exit.USAGE
        program.run("task", "cancel", "--all", "-q", "low", "-o", "json").json["result"].asString() shouldBe
            "asked to stop"
    }

    test("task cancel asks for the others where one is not to be found, and tells of each") {
        val program = CommandLineForTests()
        program.working("a", "b")

        val ran = program.run("task", "cancel", "a", "gone", "b", "-o", "json")

        ran.exit shouldBe Exit.NOT_FOUND
        ran.json.each("id") shouldContainExactly listOf("a", "gone", "b")
        ran.json.each("done") shouldContainExactly listOf("true", "false", "true")
        ran.err shouldContain "no queue has an active task with id \"gone\""
    }

    test("what was done is told, too, when Redis goes away in between") {
        val time = VirtualTime.startingAt(CommandLineForTests.NOON)
        val memory = InMemoryBroker.on(time)
        val program = CommandLineForTests(
            time,
            object : Broker by memory {
                override fun cancel(queue: String, id: String): CompletionStage<Boolean> =
                    if (id == "b") failedFuture(BrokerUnavailableException("gone", null)) else memory.cancel(queue, id)
            },
        )
        program.working("a", "b", "c")

        val ran = program.run("task", "cancel", "a", "b", "c")

        ran.exit shouldBe Exit.UNREACHABLE
        ran.out shouldBe "a was asked to stop\n"
    }

    test("task get --watch tells each change until the task has ended, well or not") {
        val program = program()
        fun at(seconds: Long, vararg command: String) =
            program.time.after(Duration.ofSeconds(seconds)) { program.run(*command) }
        at(2, "task", "run", "-q", "default", "-i", "later")
        at(4, "task", "archive", "-q", "default", "-i", "later")
        at(6, "task", "delete", "-q", "default", "-i", "one")

        val archived = program.run("task", "get", "-q", "default", "-i", "later", "--watch", "--timeout", "1m")
        archived.exit shouldBe Exit.FAILED
        archived.lines.filter { it.startsWith("20") } shouldContainExactly listOf(
            "2026-03-01T12:00:02Z  pending, retried 0 of 25",
            "2026-03-01T12:00:04Z  archived, retried 0 of 25",
        )

        val gone = program.run("task", "get", "-q", "default", "-i", "one", "--watch", "--timeout", "1m")
        gone.exit shouldBe Exit.OK
        gone.err shouldContain "the task is gone"
    }

    test("task get --watch gives up when it is told to") {
        val ran = program().run("task", "get", "-q", "default", "-i", "later", "--watch", "--timeout", "30s")

        ran.exit shouldBe Exit.TIMEOUT
        ran.err shouldBe "asynq4j: the task is still scheduled\n"
    }
})
