package io.asynq4j.micrometer

import io.asynq4j.inspect.Inspector
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.TestTasks
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import java.time.Duration
import java.util.concurrent.CompletableFuture

class QueueGaugesTest : FunSpec({
    test("gauges are those of the last refresh, and those of a queue that is gone are gone") {
        val registry = SimpleMeterRegistry()
        TestTasks.builder().server { it.queues(mapOf("high" to 1)) }.build().use { tasks ->
            val inspector = Inspector.of(tasks.broker(), tasks.time())
            val gauges = QueueGauges.of(inspector)
            gauges.bindTo(registry)
            fun value(name: String, vararg tags: String) = registry.find(name).tags(*tags).gauge()?.value()

            tasks.handle { task, _ ->
                if (task.type() ==
                    "bad"
                ) {
                    error("no luck")
                } else {
                    CompletableFuture.completedFuture(null)
                }
            }
            listOf("good", "bad").forEach { tasks.client().enqueue(Task.of(it), Options.defaults().queue("high")) }
            tasks.runDue()
            repeat(3) { tasks.client().enqueue(Task.of("waits"), Options.defaults().queue("low")) }
            tasks.pause("low")
            tasks.advance(Duration.ofSeconds(10))
            value("asynq.queue.size", "queue", "low") shouldBe null
            gauges.refresh()
            value("asynq.queue.size", "queue", "low") shouldBe 3.0
            value("asynq.tasks", "queue", "low", "state", "pending") shouldBe 3.0
            value("asynq.tasks", "queue", "high", "state", "retry") shouldBe 1.0
            value("asynq.queue.latency", "queue", "low") shouldBe 10.0
            value("asynq.queue.paused", "queue", "low") shouldBe 1.0
            value("asynq.queue.processed", "queue", "high") shouldBe 2.0
            value("asynq.queue.failed", "queue", "high") shouldBe 1.0
            value("asynq.queue.memory", "queue", "low")!! shouldBeGreaterThan 0.0

            tasks.client().enqueue(Task.of("waits"), Options.defaults().queue("low"))
            value("asynq.queue.size", "queue", "low") shouldBe 3.0
            gauges.refresh()
            value("asynq.queue.size", "queue", "low") shouldBe 4.0

            inspector.removeQueue("low", true)
            value("asynq.queue.size", "queue", "low") shouldBe 4.0
            gauges.refresh()
            value("asynq.queue.size", "queue", "low") shouldBe null
        }
    }
})
