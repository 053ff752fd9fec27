package io.asynq4j.yaml

import io.asynq4j.schedule.Missed
import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.PeriodicTaskManager
import io.asynq4j.task.Options
import io.asynq4j.task.Overlap
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.Instant
import java.time.ZoneId

private fun read(text: String): Pair<List<PeriodicTask>, List<String>> {
    val problems = mutableListOf<String>()
    return Document("tasks.yaml").read(text, problems::add) to problems
}

class YamlPeriodicTasksTest :
    FunSpec({
        test("an entry says all that there is to say") {
            val (tasks, problems) = read(
                """
                tasks:
                  - name: full
                    cron: "30 2 * * *"
                    zone: Europe/Berlin
                    type: report:nightly
                    payload: '{"days": 1}'
                    headers: {tenant: "7", trace: x}
                    queue: low
                    max_retry: 3
                    timeout: 1m30s
                    deadline: 2030-01-01T00:00:00Z
                    unique_for: 1h
                    retention: 2d
                    task_id: fixed
                    group: g
                    missed: 2h
                    overlap: buffer
                    jitter: 500ms
                    start: 2026-01-01T00:00:00Z
                    end: 2027-01-01T00:00:00Z
                  - {cron: "@every 90s", type: ping, payload_base64: AAEC}
                """.trimIndent(),
            )
            problems.shouldBeEmpty()
            val options = Options.defaults().headers(mapOf("tenant" to "7", "trace" to "x")).queue("low").maxRetry(3)
                .timeout(
                    Duration.ofSeconds(90),
                ).deadline(Instant.parse("2030-01-01T00:00:00Z")).uniqueFor(Duration.ofHours(1))
                .retention(Duration.ofDays(2)).taskId("fixed").group("g")
            tasks shouldBe listOf(
                PeriodicTask.of("30 2 * * *", Task.of("report:nightly", Payload.ofUtf8("{\"days\": 1}"))).named("full")
                    .inZone(ZoneId.of("Europe/Berlin")).with(options).onMissed(Missed.within(Duration.ofHours(2)))
                    .onOverlap(Overlap.BUFFER_ONE).withJitter(Duration.ofMillis(500))
                    .startingAt(Instant.parse("2026-01-01T00:00:00Z")).endingAt(Instant.parse("2027-01-01T00:00:00Z")),
                PeriodicTask.of("@every 90s", Task.of("ping", Payload.of(byteArrayOf(0, 1, 2)))),
            )
            tasks[1].source() shouldBe "tasks.yaml, line 21, column 5"
        }

        test("what is no YAML, or has no list of tasks, is refused with line and column") {
            mapOf(
                "tasks:\n  - cron: \"* * *\n" to "line 3, column 1",
                "tasks:\n  - cron: a\n   type: b\n" to "line 3, column 4",
                "tasks: 5\n" to "line 1, column 8",
                "tusks: []\n" to "line 1, column 1",
                "tasks: []\ntasks: []\n" to "line 2, column 1",
                "- a\n" to "line 1, column 1",
            ).forEach { (text, place) ->
                val refused = shouldThrow<IllegalArgumentException> { read(text) }
                refused.message shouldContain "tasks.yaml, $place"
            }
            read("#" + " ".repeat(YamlPeriodicTasks.MOST_BYTES - 1)).first.shouldBeEmpty() // as much as a file may have
            read("").first.shouldBeEmpty()
            read("tasks: []").first.shouldBeEmpty()
        }

        test("an entry that is wrong is left out, and told of with line and column") {
            val (tasks, problems) = read(
                """
                tasks:
                  - {cron: "@daily", type: a, timeout: 5}
                  - {cron: "@daily", typ: a}
                  - {type: a}
                  - {cron: "@daily", type: " "}
                  - {cron: "@daily", type: a, zone: Nowhere/At}
                  - {cron: "@daily", type: a, overlap: sometimes}
                  - {cron: "@daily", type: a, payload: {a: b}}
                  - {cron: "@daily", type: good}
                """.trimIndent(),
            )
            tasks.map { it.task().type() } shouldBe listOf("good")
            problems.map { it.substringBefore(": ") } shouldBe listOf(
                "tasks.yaml, line 2, column 40",
                "tasks.yaml, line 3, column 22",
                "tasks.yaml, line 4, column 5",
                "tasks.yaml, line 5, column 28",
                "tasks.yaml, line 6, column 37",
                "tasks.yaml, line 7, column 40",
                "tasks.yaml, line 8, column 40",
            )
        }

        test("a change of the file is taken up within the sync interval, and a broken file changes nothing") {
            val file = tempfile("tasks", ".yaml")
            fun write(vararg entries: String) =
                file.writeText("tasks:\n" + entries.joinToString("") { "  - {cron: \"@every 1h\", type: $it}\n" })
            val time = VirtualTime.startingAt(Instant.parse("2026-03-01T00:00:00Z"))
            val broker = InMemoryBroker.on(time)
            write("a", "b", "c, name: c")
            PeriodicTaskManager.builder(broker, YamlPeriodicTasks.of(file.toPath()))
                .syncInterval(Duration.ofSeconds(10)).time(time).executor(time.executor()).build().use { manager ->
                    fun types() = manager.scheduler().entries().map { it.periodic().task().type() }
                    fun due() = manager.scheduler().entries().associate {
                        it.periodic().task().type() to
                            it.next().toString().substring(11, 19)
                    }
                    manager.start()
                    time.advance(Duration.ofSeconds(5))
                    due() shouldBe mapOf("a" to "01:00:00", "b" to "01:00:00", "c" to "01:00:00")

                    write("a", "c, queue: low, name: c", "d")
                    time.advance(Duration.ofSeconds(6))
                    types() shouldContainExactlyInAnyOrder listOf("a", "c", "d")
                    due().getValue("a") shouldBe "01:00:00"
                    due().getValue("d") shouldBe "01:00:10"
                    manager.scheduler().entries().single { it.id() == "c" }.periodic().options().queue().get() shouldBe
                        "low"

                    file.writeText("tasks:\n  - {cron: \"@every 1h\", type: a\n")
                    time.advance(Duration.ofSeconds(10))
                    types() shouldHaveSize 3
                    manager.problems().single() shouldContain "line 3, column 1"

                    write("a")
                    time.advance(Duration.ofSeconds(10))
                    types() shouldBe listOf("a")
                    manager.problems().shouldBeEmpty()
                    time.advance(Duration.ofHours(1))
                    broker.pending("default").map { it.task().type() } shouldBe listOf("a")
                }
        }
    })
