package io.asynq4j.samples.moving

import io.asynq4j.samples.Output
import io.asynq4j.schedule.Scheduler
import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.TestTasks
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.LocalTime
import java.time.ZoneOffset

class MovingTest : FunSpec({
    test("what a Go program has enqueued is delivered, and what would fail again is archived at once") {
        val output = Output()
        TestTasks.create().use { tasks ->
            tasks.handle(Deliveries(output.stream).router())
            val json = Payload.ofUtf8("""{"user":42,"template":"welcome"}""")
            Deliveries.email(42, "welcome").payload() shouldBe json

            tasks.client().enqueue(Task.of("email:deliver", json))
            tasks.client().enqueue(Task.of("image:resize", Payload.ofUtf8("1234")))
            tasks.client().enqueue(Deliveries.email(0, "welcome"))
            tasks.advanceUntilIdle()

            output.lines() shouldContainExactly listOf("sending welcome to user 42", "resizing 4 bytes")
            tasks.archived().single().retried shouldBe 0
        }
    }

    test("a report is written when it is asked for, later, and each workday once") {
        val output = Output()
        TestTasks.create().use { tasks ->
            val reports = Reports(tasks.client(), output.stream)
            tasks.handle(reports.router())
            reports.request(2026, 1).queue() shouldBe "reports"
            reports.remind(2026, 2)
            shouldThrow<DuplicateTaskException> { reports.remind(2026, 2) }
            tasks.advanceUntilIdle()
            output.lines() shouldContainExactly listOf("report of 2026-1, attempt 1", "report of 2026-2, attempt 1")

            val time = tasks.time()
            Scheduler.builder(tasks.broker()).time(time).executor(time.executor()).build().use { scheduler ->
                scheduler.register(Reports.everyWorkday())
                val days = scheduler.next("workday-report", 7).map { it.atZone(ZoneOffset.UTC) }
                days.map { it.toLocalTime() }.distinct() shouldBe listOf(LocalTime.of(10, 15))
                days.map { it.dayOfWeek.value }.distinct().sorted() shouldBe listOf(1, 2, 3, 4, 5)
            }
        }
        Reports.MONTHLY.task(Reports.Monthly(2026, 11)).options() shouldBe
            Options.defaults().queue("reports").maxRetry(10).timeout(Duration.ofMinutes(15))
    }
})
