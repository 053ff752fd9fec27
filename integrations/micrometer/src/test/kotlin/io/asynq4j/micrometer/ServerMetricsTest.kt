package io.asynq4j.micrometer

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.server.ServerObserver
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskIdConflictException
import io.asynq4j.testing.TestContext
import io.asynq4j.testing.TestTasks
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.shouldBe
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture

private const val OUTCOMES = "asynq4j_task_outcomes_total"

private fun registry() = PrometheusMeterRegistry(PrometheusConfig.DEFAULT)

private fun PrometheusMeterRegistry.read() = Scrape(scrape())

/** Tasks whose server is measured, and retries after a minute. */
private fun PrometheusMeterRegistry.tasks(): TestTasks {
    val metrics = ServerMetrics.of(this)
    return TestTasks.builder().server {
        it.observer(metrics).concurrency(10).retryPolicy(RetryPolicy.fixed(Duration.ofMinutes(1)))
    }.build()
}

class ServerMetricsTest : FunSpec({
    test("waits, runs and outcomes are told by queue and type") {
        val registry = registry()
        registry.tasks().use { tasks ->
            tasks.handle { task, context ->
                if (task.type() == "flaky" && context.retried() == 0) error("no luck")
                if (task.type() == "bad") throw SkipRetryException("never")
                CompletableFuture.completedFuture(null)
            }
            tasks.client().enqueue(Task.of("flaky"), Options.defaults().queue("critical"))
            tasks.client().enqueue(Task.of("bad"))
            tasks.advanceUntilIdle()
        }
        val scrape = registry.read()
        scrape.types shouldContainAll mapOf(
            OUTCOMES to "counter",
            "asynq4j_task_wait_seconds" to "histogram",
            "asynq4j_task_run_seconds" to "histogram",
            "asynq4j_task_end_to_end_seconds" to "histogram",
            "asynq4j_server_slots" to "gauge",
            "asynq4j_server_slots_busy" to "gauge",
            "asynq4j_server_looks_total" to "counter",
            "asynq4j_server_fetch_seconds" to "histogram",
            "asynq4j_server_fetch_tasks" to "histogram",
            "asynq4j_server_settle_seconds" to "histogram",
            "asynq4j_server_settle_tasks" to "histogram",
        )
        scrape.values(OUTCOMES, "queue", "type", "outcome").filterValues { it > 0 } shouldBe mapOf(
            listOf("critical", "flaky", "retried") to 1.0,
            listOf("critical", "flaky", "completed") to 1.0,
            listOf("default", "bad", "archived") to 1.0,
        )
        scrape.values("asynq4j_task_run_seconds_count", "queue", "type") shouldBe mapOf(
            listOf("critical", "flaky") to 2.0,
            listOf("default", "bad") to 1.0,
        )
        scrape.value("asynq4j_task_wait_seconds_count", "type" to "flaky") shouldBe 2.0
        scrape.value("asynq4j_server_settle_tasks_sum") shouldBe 3.0
        scrape.value("asynq4j_server_fetch_tasks_sum") shouldBe 3.0
    }

    test("a wait is measured from when a task is pending, and a run until its stage has ended") {
        val registry = registry()
        registry.tasks().use { tasks ->
            tasks.client().enqueue(Task.of("a"))
            tasks.advance(Duration.ofSeconds(7))
            val stage = CompletableFuture<Unit>()
            tasks.handle { _, _ ->
                tasks.time().after(Duration.ofMillis(300)) { stage.complete(Unit) }
                stage
            }
            tasks.advance(Duration.ofSeconds(1))
        }
        val scrape = registry.read()
        scrape.value("asynq4j_task_wait_seconds_sum", "type" to "a") shouldBe 7.0
        scrape.value("asynq4j_task_run_seconds_sum", "type" to "a") shouldBe 0.3
        scrape.value("asynq4j_task_run_seconds_bucket", "type" to "a", "le" to "0.1") shouldBe 0.0
        scrape.value("asynq4j_task_run_seconds_bucket", "type" to "a", "le" to "0.5") shouldBe 1.0
    }

    test("slots are told while servers are open, and those that are taken") {
        val registry = registry()
        val seen = mutableListOf<Double?>()
        registry.tasks().use { tasks ->
            tasks.handle { _, _ ->
                seen += registry.read().value("asynq4j_server_slots_busy")
                seen += registry.read().value("asynq4j_server_slots")
                CompletableFuture.completedFuture(null)
            }
            tasks.client().enqueue(Task.of("a"))
            tasks.runDue()
        }
        seen shouldBe listOf(1.0, 10.0)
        registry.read().value("asynq4j_server_slots_busy") shouldBe 0.0
        registry.read().value("asynq4j_server_slots") shouldBe 0.0
    }

    test("looks are told by what has caused them, and tasks taken back from the dead") {
        val registry = registry()
        val metrics = ServerMetrics.of(registry)
        metrics.looked(ServerObserver.Occasion.WOKEN)
        metrics.looked(ServerObserver.Occasion.WOKEN)
        metrics.looked(ServerObserver.Occasion.POLLED)
        metrics.recovered("low", 3)
        val scrape = registry.read()
        scrape.values("asynq4j_server_looks_total", "occasion") shouldBe
            mapOf(listOf("woken") to 2.0, listOf("polled") to 1.0, listOf("busy") to 0.0)
        scrape.value("asynq4j_tasks_recovered_total", "queue" to "low") shouldBe 3.0
    }

    test("from end to end is from when a task was to start until it has succeeded, whatever lies between") {
        val registry = registry()
        registry.tasks().use { tasks ->
            val marking = ClientMetrics.of(registry).marking(tasks.time())
            val client = TaskClient.builder(tasks.broker()).time(tasks.time()).use(marking).build()
            tasks.handle { _, context ->
                if (context.retried() == 0) error("no luck")
                CompletableFuture.completedFuture(null)
            }
            client.enqueue(Task.of("later"), Options.defaults().processIn(Duration.ofHours(1)))
            tasks.client().enqueue(Task.of("unmarked"))
            tasks.advanceUntilIdle()
        }
        val scrape = registry.read()
        scrape.value("asynq4j_task_end_to_end_seconds_sum", "type" to "later") shouldBe 60.0
        scrape.value("asynq4j_task_end_to_end_seconds_count", "type" to "unmarked") shouldBe 0.0
    }

    test("a mark that is none, or of a clock that is ahead, does no harm") {
        val now = Instant.parse("2026-03-01T12:00:00Z")
        fun age(mark: String?) = DueHeader.age(if (mark == null) mapOf() else mapOf(DueHeader.NAME to mark), now)
        age(null) shouldBe null
        age("soon") shouldBe null
        age("${Long.MIN_VALUE}") shouldBe null
        age("${now.toEpochMilli() + 5}") shouldBe Duration.ZERO
        age(DueHeader.of(now.minusSeconds(2))) shouldBe Duration.ofSeconds(2)
    }

    test("types beyond the hundredth share their meters, so that what is in Redis cannot fill the memory") {
        val registry = registry()
        val metrics = ServerMetrics.of(registry)
        (1..5_000).forEach { metrics.ended(TestContext.of("type-$it"), Duration.ofMillis(1)) }
        val counts = registry.read().values("asynq4j_task_run_seconds_count", "type")
        counts.keys shouldHaveSize 101
        counts[listOf("other")] shouldBe 4_900.0
        counts[listOf("type-100")] shouldBe 1.0
    }

    test("clients tell what has become of each task, and how long each call took") {
        val registry = registry()
        TestTasks.create().use { tasks ->
            val client = TaskClient.builder(tasks.broker()).use(ClientMetrics.of(registry)).build()
            val once = Options.defaults().uniqueFor(Duration.ofHours(1)).queue("low")
            client.enqueue(Task.of("a"), once)
            shouldThrow<DuplicateTaskException> { client.enqueue(Task.of("a"), once) }
            client.enqueueAll(listOf(Task.of("b"), Task.of("b").with(Options.defaults().taskId("id"))))
            shouldThrow<TaskIdConflictException> { client.enqueue(Task.of("b"), Options.defaults().taskId("id")) }
            val large = Task.of("c", Payload.wrap(ByteArray(20_000_000)))
            shouldThrow<IllegalArgumentException> { client.enqueue(large) }
            tasks.faults().unavailable()
            shouldThrow<BrokerUnavailableException> { client.enqueue(Task.of("d")) }
            tasks.pending().map { it.headers }.distinct() shouldBe listOf(mapOf())
        }
        val scrape = registry.read()
        scrape.values("asynq4j_client_tasks_total", "queue", "type", "outcome") shouldBe mapOf(
            listOf("low", "a", "stored") to 1.0,
            listOf("low", "a", "duplicate") to 1.0,
            listOf("default", "b", "stored") to 2.0,
            listOf("default", "b", "id_taken") to 1.0,
            listOf("default", "c", "refused") to 1.0,
            listOf("default", "d", "unknown") to 1.0,
        )
        scrape.value("asynq4j_client_enqueue_seconds_count") shouldBe 6.0
    }
})
