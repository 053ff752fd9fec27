package io.asynq4j.samples

import io.asynq4j.task.TaskState
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.TestTasks
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration

private fun withRetryPolicySample(test: (TestTasks, Output) -> Unit) {
    val output = Output()
    TestTasks.builder().server { RetryPolicySample.settings(it) }.build().use { tasks ->
        tasks.handle(RetryPolicySample.router(output.stream))
        test(tasks, output)
    }
}

class FeatureSamplesTest : FunSpec({
    test("OptionsSample lays options over each other, and the last one wins") {
        val output = Output()
        val broker = InMemoryBroker.create()
        OptionsSample.run(broker, output.stream)
        output.lines() shouldContainExactly
            listOf("invoice-2026-11 is scheduled in billing", "there is one already")
        val stored = broker.scheduled("billing").single()
        stored.task().maxRetry() shouldBe 10
        stored.task().headers()["tenant"] shouldBe "acme"
    }

    test("UniqueSample has each index rebuilt once") {
        val output = Output()
        val broker = InMemoryBroker.create()
        UniqueSample.run(broker, output.stream)
        output.lines() shouldContainExactly listOf(
            "will rebuild articles",
            "already asked for: articles",
            "will rebuild members",
            "will rebuild orders, asked for by ada",
            "already asked for: orders, asked for by alan",
        )
        broker.tasks("default", TaskState.PENDING).size shouldBe 3
    }

    test("MiddlewareSample tells of each attempt, and hands the tenant on") {
        val output = Output()
        InMemoryBroker.create().use { MiddlewareSample.run(it, output.stream) }
        output.lines() shouldContainExactly listOf("begins: greet", "hello ada of acme", "ends: greet")
    }

    test("RetryPolicySample calls soon and then slowly, for an hour, and pays once") {
        withRetryPolicySample { tasks, output ->
            tasks.client().enqueue(RetryPolicySample.PAY.task("2026-11"))
            tasks.runDue()
            tasks.archived().single().lastError shouldContain "paid already"

            tasks.client().enqueue(RetryPolicySample.CALL.task("https://example.org"))
            tasks.advance(Duration.ofSeconds(12))
            output.lines() shouldContainExactly listOf("pay 1", "call 1", "call 2", "call 3")
            tasks.advanceUntilIdle()
            tasks.archived().size shouldBe 2
            output.lines().last() shouldBe "call 15" // 1 s, 10 s, and then each five minutes until an hour has passed
        }
    }

    test("RetryPolicySample does not call where there is nowhere to call") {
        withRetryPolicySample { tasks, output ->
            tasks.client().enqueue(RetryPolicySample.CALL.task(" "))
            tasks.advanceUntilIdle()
            output.lines() shouldContainExactly listOf("call 1")
            tasks.archived().single().lastError shouldContain "nowhere to call"
        }
    }
})
