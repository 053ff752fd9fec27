package io.asynq4j.schedule

import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant

class OptionTextsTest :
    FunSpec({
        fun text(options: Options) = OptionTexts.of(options).single()

        test("options are written as the Go library writes them") {
            val none = Options.defaults()
            text(none.maxRetry(25)) shouldBe "MaxRetry(25)"
            text(none.queue("a \"q\" \\ \n \u00e9 \u9001 \u200b")) shouldBe
                "Queue(\"a \\\"q\\\" \\\\ \\n \u00e9 \u9001 \\u200b\")"
            text(none.queue("a)b(c")) shouldBe "Queue(\"a)b(c\")"
            text(none.taskId("id-1")) shouldBe "TaskID(\"id-1\")"
            text(none.group("g 1")) shouldBe "Group(\"g 1\")"
            text(none.retention(Duration.ofDays(1))) shouldBe "Retention(24h0m0s)"
            text(none.processIn(Duration.ofMillis(120_500))) shouldBe "ProcessIn(2m0.5s)"
            text(none.uniqueFor(Duration.ofHours(1))) shouldBe "Unique(1h0m0s)"
            text(none.deadline(Instant.ofEpochSecond(4070908800))) shouldBe "Deadline(Thu Jan  1 00:00:00 UTC 2099)"
            text(none.processAt(Instant.ofEpochSecond(1705314615))) shouldBe "ProcessAt(Mon Jan 15 10:30:15 UTC 2024)"
            text(none.header("k", "v")) shouldBe "Header([\"k\",\"v\"])"
        }

        test("headers are read back as they were written, whatever is in them") {
            val parts = listOf("k", "", "\\", "a\\", "\\\\", "\"", "\\\"", "\",\"", "\\\",\"\\", "a)(b", "\n<\u2028")
            for (name in parts) {
                for (value in parts) {
                    val options = Options.defaults().header(name, value)
                    val bare = PeriodicTask.of("@every 1m", Task.of("t"))
                    OptionTexts.apply(text(options), bare).options() shouldBe options
                }
            }
        }

        test("durations are written as the Go library writes them") {
            mapOf(
                1_000_000_000L to "1s",
                90_000_000_000L to "1m30s",
                129_900_000_000_000L to "36h5m0s",
                1_500_000_000L to "1.5s",
                1_000_000L to "1ms",
                1_500_000L to "1.5ms",
                999L to "999ns",
                1_500L to "1.5\u00b5s",
                3_600_000_000_001L to "1h0m0.000000001s",
                Long.MAX_VALUE to "2562047h47m16.854775807s",
                -90_000_000_000L to "-1m30s",
                0L to "0s",
            ).forEach { (nanos, text) ->
                GoDuration.format(Duration.ofNanos(nanos)) shouldBe text
                GoDuration.parse(text) shouldBe Duration.ofNanos(nanos)
            }
        }
    })
