package io.asynq4j.micrometer

import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.inspect.Inspector
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Inspection
import io.asynq4j.spi.QueueInfo
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.QueueNotFoundException
import io.asynq4j.task.Task
import io.asynq4j.testing.TestTasks
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.maps.shouldNotContainKey
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.Gauge
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Name, type and labels of what asynq's exporter tells. */
private val ASYNQ = mapOf(
    "asynq_tasks_enqueued_total" to ("gauge" to setOf("queue", "state")),
    "asynq_queue_size" to ("gauge" to setOf("queue")),
    "asynq_queue_latency_seconds" to ("gauge" to setOf("queue")),
    "asynq_queue_memory_usage_approx_bytes" to ("gauge" to setOf("queue")),
    "asynq_tasks_processed_total" to ("counter" to setOf("queue")),
    "asynq_tasks_failed_total" to ("counter" to setOf("queue")),
    "asynq_queue_paused_total" to ("gauge" to setOf("queue")),
)

/** What a broker is asked about its queues, and [answer] in place of what it says of one. */
private class Watched(
    private val broker: Broker,
    private val answer: (String) -> CompletionStage<QueueInfo>? = { null },
) : Broker by broker {
    val asked = CopyOnWriteArrayList<String>()

    override fun inspection(): Inspection {
        val inspection = broker.inspection()
        return object : Inspection by inspection {
            override fun queues() = inspection.queues().also { asked += "queues" }

            override fun queue(queue: String, now: Instant): CompletionStage<QueueInfo> {
                asked += queue
                return answer(queue) ?: inspection.queue(queue, now)
            }

            override fun memoryUsage(queue: String) = inspection.memoryUsage(queue).also { asked += "memory of $queue" }
        }
    }
}

private fun registry(broker: Broker, tasks: TestTasks, timeout: Duration = QueueMetrics.DEFAULT_TIMEOUT) =
    PrometheusMeterRegistry(PrometheusConfig.DEFAULT).also {
        QueueMetrics.of(Inspector.of(broker, tasks.time()), timeout).registerWith(it.prometheusRegistry)
    }

private fun PrometheusMeterRegistry.read() = Scrape(scrape())

private fun TestTasks.enqueueOn(vararg queues: String) =
    queues.forEach { client().enqueue(Task.of("t"), Options.defaults().queue(it)) }

class QueueMetricsTest : FunSpec({
    test("a scrape has the names, types and labels of asynq's exporter, and its numbers") {
        val hour = RetryPolicy.fixed(Duration.ofHours(1))
        TestTasks.builder().server { it.queues(mapOf("critical" to 1)).retryPolicy(hour) }.build().use { tasks ->
            fun enqueue(type: String, options: Options = Options.defaults()) =
                tasks.client().enqueue(Task.of(type), options.queue("critical"))
            val stage = CompletableFuture<Unit>()
            tasks.handle { task, _ ->
                when (task.type()) {
                    "fail" -> error("no luck")
                    "skip" -> throw SkipRetryException("never")
                    "run" -> tasks.time().after(Duration.ofHours(9)) { stage.complete(Unit) }.let { stage }
                    else -> CompletableFuture.completedFuture(null)
                }
            }
            enqueue("fail")
            enqueue("skip")
            enqueue("run")
            repeat(2) { enqueue("keep", Options.defaults().retention(Duration.ofDays(1))) }
            tasks.runDue()
            tasks.pause("critical")
            repeat(4) { enqueue("wait") }
            repeat(3) { enqueue("later", Options.defaults().processIn(Duration.ofHours(5))) }
            enqueue("member", Options.defaults().group("g"))
            tasks.advance(Duration.ofSeconds(90))

            MetricsServer.builder(registry(tasks.broker(), tasks)).port(0).open().use { server ->
                val scrape = Scrape.of(server.uri())
                val asynqs = scrape.samples.filter { it.name.startsWith("asynq_") }
                asynqs.groupBy { it.name }.mapValues { (name, samples) ->
                    scrape.types[name] to samples.map { it.labels.keys }.distinct().single()
                } shouldBe ASYNQ
                scrape.types.keys.filter { it.startsWith("asynq_") }.toSet() shouldBe ASYNQ.keys

                scrape.values("asynq_tasks_enqueued_total", "queue", "state") shouldBe mapOf(
                    "active" to 1.0,
                    "pending" to 4.0,
                    "scheduled" to 3.0,
                    "retry" to 1.0,
                    "archived" to 1.0,
                    "completed" to 2.0,
                ).mapKeys { (state, _) -> listOf("critical", state) }
                fun value(name: String) = scrape.value(name, "queue" to "critical")
                value("asynq_queue_size") shouldBe 13.0
                value("asynq_queue_latency_seconds") shouldBe 90.0
                value("asynq_tasks_processed_total") shouldBe 4.0
                value("asynq_tasks_failed_total") shouldBe 2.0
                value("asynq_queue_paused_total") shouldBe 1.0
                value("asynq_queue_memory_usage_approx_bytes")!! shouldBeGreaterThan 0.0
                value("asynq4j_queue_aggregating_tasks") shouldBe 1.0
                value("asynq4j_queue_known") shouldBe 1.0
                scrape.value("asynq4j_queues_known") shouldBe 1.0
                scrape.value("asynq4j_queues_left_out") shouldBe 0.0
            }
        }
    }

    test("a queue that cannot be looked at hides no other, whether it fails or refuses") {
        TestTasks.recording().use { tasks ->
            tasks.enqueueOn("a", "bad", "worse", "z")
            val broker = Watched(tasks.broker()) { queue ->
                when (queue) {
                    "bad" -> CompletableFuture.failedFuture(IllegalStateException("a foreign key"))
                    "worse" -> error("refused")
                    else -> null
                }
            }
            val scrape = registry(broker, tasks).read()
            scrape.values("asynq_queue_size", "queue") shouldBe mapOf(listOf("a") to 1.0, listOf("z") to 1.0)
            scrape.values("asynq4j_queue_known", "queue") shouldBe
                mapOf(listOf("a") to 1.0, listOf("bad") to 0.0, listOf("worse") to 0.0, listOf("z") to 1.0)
        }
    }

    test("a queue that was removed since its name was read is nothing to tell of") {
        TestTasks.recording().use { tasks ->
            tasks.enqueueOn("a", "gone")
            val broker = Watched(tasks.broker()) { queue ->
                if (queue == "gone") CompletableFuture.failedFuture(QueueNotFoundException(queue)) else null
            }
            registry(broker, tasks).read().values("asynq4j_queue_known", "queue") shouldBe mapOf(listOf("a") to 1.0)
        }
    }

    test("a scrape ends in time when a queue does not answer, with all that has") {
        TestTasks.recording().use { tasks ->
            tasks.enqueueOn(*(1..30).map { "q%02d".format(it) }.toTypedArray())
            val broker = Watched(tasks.broker()) { queue -> if (queue == "q09") CompletableFuture() else null }
            val begun = System.nanoTime()
            val scrape = registry(broker, tasks, Duration.ofSeconds(2)).read()
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) shouldBeLessThan 5_000
            scrape.values("asynq4j_queue_known", "queue").filterValues { it == 1.0 }.size shouldBe 15 // of the first 16
            scrape.values("asynq_queue_size", "queue") shouldNotContainKey listOf("q09")
            broker.asked.filter { it == "q17" }.shouldBeEmpty()
        }
    }

    test("a broker that is away is said to be, and hides no other metrics") {
        TestTasks.recording().use { tasks ->
            tasks.enqueueOn("a")
            val away = object : Broker by tasks.broker() {
                override fun inspection(): Inspection = object : Inspection by tasks.broker().inspection() {
                    override fun queues(): CompletionStage<List<String>> =
                        CompletableFuture.failedFuture(BrokerUnavailableException("away", null))
                }
            }
            val registry = registry(away, tasks)
            Gauge.builder("cats") { 7 }.register(registry)
            val scrape = registry.read()
            scrape.value("asynq4j_queues_known") shouldBe 0.0
            scrape.values("asynq_queue_size", "queue") shouldBe mapOf()
            scrape.value("cats") shouldBe 7.0
        }
    }

    test("each scrape looks once, and two at the same time share one look") {
        TestTasks.recording().use { tasks ->
            tasks.enqueueOn("a", "b")
            val entered = CountDownLatch(1)
            val answer = CompletableFuture<QueueInfo>()
            var hold = false
            val broker = Watched(tasks.broker()) { queue ->
                if (hold && queue == "a") answer.also { entered.countDown() } else null
            }
            val metrics = QueueMetrics.of(Inspector.of(broker, tasks.time()))
            metrics.collect()
            broker.asked.sorted() shouldContainExactly listOf("a", "b", "memory of a", "memory of b", "queues")
            metrics.collect()
            broker.asked shouldHaveSize 10

            hold = true
            val first = thread { metrics.collect() }
            entered.await(5, TimeUnit.SECONDS) shouldBe true
            val second = thread { metrics.collect() }
            while (second.state != Thread.State.WAITING && second.isAlive) Thread.onSpinWait()
            answer.complete(tasks.broker().inspection().queue("a", tasks.time().instant()).toCompletableFuture().get())
            listOf(first, second).forEach { it.join(5_000) }
            broker.asked shouldHaveSize 15
        }
    }

    test("of more than 1,000 queues the rest is counted") {
        TestTasks.recording().use { tasks ->
            val many = (1..1_003).map { Task.of("t").with(Options.defaults().queue("q%04d".format(it))) }
            tasks.client().enqueueAll(many)
            val scrape = registry(tasks.broker(), tasks).read()
            scrape.values("asynq_queue_size", "queue").keys shouldHaveSize 1_000
            scrape.value("asynq4j_queues_left_out") shouldBe 3.0
        }
    }

    test("a timeout is more than nothing") {
        TestTasks.recording().use { tasks ->
            listOf(Duration.ZERO, Duration.ofSeconds(-1)).forEach {
                shouldThrow<IllegalArgumentException> { QueueMetrics.of(Inspector.of(tasks.broker()), it) }
            }
        }
    }
})
