package io.asynq4j.cli

import io.asynq4j.task.Options
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldBeEmpty
import io.kotest.matchers.string.shouldContain
import java.time.Duration

class QueueCommandsTest : FunSpec({
    fun program() = CommandLineForTests().apply {
        enqueue("email:welcome", options = Options.defaults().taskId("one"))
        enqueue("report", options = Options.defaults().taskId("two").queue("low").processIn(Duration.ofHours(1)))
    }

    test("stats tells tasks by state and by queue, and what was done today") {
        program().run("stats").lines shouldContainExactly """
            |Tasks by state
            |ACTIVE  PENDING  GROUPED  SCHEDULED  RETRY  ARCHIVED  COMPLETED
            |     0        1        0          1      0         0          0
            |
            |Queues
            |QUEUE    STATE    SIZE  PENDING  ACTIVE  SCHEDULED  RETRY  ARCHIVED  COMPLETED  GROUPED  LATENCY  PROCESSED  FAILED
            |default  running     1        1       0          0      0         0          0        0  0ms              0       0
            |low      running     1        0       0          1      0         0          0        0  0ms              0       0
            |
            |Today, in UTC
            |PROCESSED  FAILED  ERROR RATE
            |        0       0  -
        """.trimMargin().lines()
    }

    test("stats in JSON holds the same figures under names that stay") {
        val tree = program().run("stats", "-o", "json").json

        tree["tasks"]["pending"].asInt() shouldBe 1
        tree["tasks"]["scheduled"].asInt() shouldBe 1
        tree["today"]["processed"].asInt() shouldBe 0
        tree["queues"].each("queue") shouldContainExactly listOf("default", "low")
    }

    test("stats of a Redis without queues says so") {
        CommandLineForTests().run("stats").out shouldContain "There are no queues."
    }

    test("queue ls lists queues in all three forms") {
        val program = program()

        program.run("queue", "ls").lines.map { it.substringBefore(' ') } shouldContainExactly
            listOf("QUEUE", "default", "low")
        program.run("queue", "ls", "--output", "json").json.each("size") shouldContainExactly listOf("1", "1")
        program.run("queue", "list", "-o", "yaml").out shouldContain "- queue: low\n  paused: false\n  size: 1\n"
    }

    test("queue inspect tells all there is to know") {
        val shown = program().run("queue", "inspect", "default")

        shown.lines.take(4) shouldContainExactly
            listOf("default", "State      running", "Size       1", "  active       0")
        shown.lines shouldContain "Ever       0 processed, 0 failed (-)"
    }

    test("queue inspect ends with 3 where there is no such queue") {
        val ran = program().run("queue", "inspect", "defualt")

        ran.exit shouldBe Exit.NOT_FOUND
        ran.err shouldBe "asynq4j: there is no queue \"defualt\"\n"
        ran.out.shouldBeEmpty()
    }

    test("queue history goes back as many days as were asked for") {
        val program = program()

        program.run("queue", "history", "default", "--days", "2").lines shouldContainExactly listOf(
            "QUEUE    DAY         PROCESSED  FAILED  ERROR RATE",
            "default  2026-03-01          0       0  -",
            "default  2026-02-28          0       0  -",
        )
        program.run("queue", "history", "default", "-x", "91").exit shouldBe Exit.USAGE
    }

    test("queue pause and unpause say what they did, and what was so before") {
        val program = program()

        program.run("queue", "pause", "default").out shouldBe "default is paused\n"
        program.run("queue", "pause", "default").out shouldBe "default is paused already\n"
        program.run("queue", "ls").out shouldContain "paused"
        program.run("queue", "resume", "default").out shouldBe "default is running\n"
        program.run("queue", "unpause", "default", "-o", "json").json["result"].asString() shouldBe "running already"
    }

    test("queue pause refuses a name that nobody knows, since it is a slip of the keyboard") {
        program().run("queue", "pause", "defualt").exit shouldBe Exit.NOT_FOUND
    }

    test("queue rm leaves a queue with tasks alone unless it is forced") {
        val program = program()

        val refused = program.run("queue", "rm", "low")
        refused.exit shouldBe Exit.CONFLICT
        refused.err shouldContain "is not empty"

        program.run("queue", "rm", "--force", "low").out shouldBe "low is removed, with 1 tasks\n"
        program.run("queue", "ls", "-o", "json").json.each("queue") shouldContainExactly listOf("default")
    }

    test("queue rm asks whoever sits at a terminal, and does nothing without a yes") {
        val program = program()
        program.answers = ArrayDeque(listOf("n", "", null, "y"))

        repeat(3) { program.run("queue", "rm", "-f", "low").exit shouldBe Exit.DECLINED }
        program.run("queue", "rm", "-f", "low").exit shouldBe Exit.OK
        program.questions.distinct() shouldContainExactly listOf("Remove low with all their tasks? [y/N] ")
    }

    test("queue rm asks nobody with --yes") {
        val program = program()
        program.answers = ArrayDeque()

        program.run("queue", "rm", "-f", "low", "--yes").exit shouldBe Exit.OK
    }

    test("queue drain ends at once where nothing is pending, whatever is scheduled") {
        program().run("queue", "drain", "low").out shouldBe "low is empty\n"
    }

    test("queue drain waits, and ends with 7 when it took too long") {
        val program = program()
        program.run("queue", "pause", "default")

        val ran = program.run("queue", "drain", "default", "--timeout", "1m30s")

        ran.exit shouldBe Exit.TIMEOUT
        ran.out shouldBe "1 tasks are left in default after 1m30s\n"
        ran.err shouldContain "is paused: its pending tasks will not run"
        program.time.instant() shouldBe CommandLineForTests.NOON.plusSeconds(90)
    }

    test("queue drain ends when the last task has gone") {
        val program = program()
        program.time.after(Duration.ofSeconds(20)) {
            program.broker.inspection().remove("default", true, 10, program.time.instant())
        }
        program.enqueue("other", options = Options.defaults().queue("high").taskId("three"))
        program.time.after(Duration.ofSeconds(20)) { program.run("task", "delete", "-q", "high", "-i", "three") }

        program.run("queue", "drain", "high", "-o", "json").json.let {
            it["drained"].asBoolean() shouldBe true
            it["seconds"].asDouble() shouldBe 20.0
        }
    }

    test("top shows figures again and again, as often as it was asked to") {
        val program = program()

        val ran = program.run("top", "--count", "2", "--interval", "5s")

        ran.lines.filter { it.startsWith("2026") } shouldContainExactly listOf(
            "2026-03-01T12:00:00Z  2 queues, today 0 processed, 0 failed",
            "2026-03-01T12:00:05Z  2 queues, today 0 processed, 0 failed",
        )
    }

    test("group ls tells groups and how many wait in them") {
        val program = program()
        program.enqueue("a", options = Options.defaults().group("daily"))
        program.enqueue("b", options = Options.defaults().group("daily"))

        program.run("group", "ls", "-q", "default").lines shouldContainExactly listOf("GROUP  SIZE", "daily     2")
        program.run("group", "ls", "--queue", "low").out shouldBe "low has no groups.\n"
        program.run("group", "ls", "-q", "default", "-o", "yaml").out shouldBe
            "- queue: default\n  group: daily\n  size: 2\n"
    }
})
