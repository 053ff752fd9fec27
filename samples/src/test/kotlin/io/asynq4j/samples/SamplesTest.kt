package io.asynq4j.samples

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.TaskRouter
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator
import io.opentelemetry.context.propagation.ContextPropagators
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import java.time.Instant
import java.util.concurrent.Executors
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

class SamplesTest : FunSpec({
    test("HelloSample greets") {
        val output = Output()
        InMemoryBroker.create().use { HelloSample.run(it, output.stream) }
        output.lines() shouldContainExactly listOf("hello ada")
    }

    test("GroupSample sends one digest of all comments") {
        val output = Output()
        InMemoryBroker.create().use { GroupSample.run(it, output.stream) }
        output.lines() shouldContainExactly listOf("article 42: comments by ada, alan, grace")
    }

    test("InspectSample runs again what failed for want of a network, and finds nothing wrong") {
        val output = Output()
        val broker = InMemoryBroker.create()
        val client = TaskClient.of(broker)
        fun archive(id: String, type: String, error: String) {
            client.enqueue(Task.of(type), Options.defaults().taskId(id))
            val now = Instant.now()
            val demand = Demand(listOf(Demand.Share("default", 1)), now, now.plusSeconds(30), "attempt of $id")
            broker.settle(listOf(Ending.Archived(broker.fetch(demand).single(), error)), now)
        }
        archive("a", "mail:welcome", "no route to host")
        archive("b", "mail:welcome", "no such user")
        InspectSample.run(broker, output.stream)
        InspectSample.examine(broker, output.stream)
        output.lines() shouldContainExactly listOf(
            "0 pending, 2 archived",
            "a mail:welcome: no route to host",
            "b mail:welcome: no such user",
            "looked at 2 of 2",
            "1 run again",
        )
        broker.pending("default").single().id() shouldBe "a"
    }

    test("ResultSample keeps the result with its task") {
        val output = Output()
        val broker = InMemoryBroker.create()
        ResultSample.run(broker, output.stream)
        output.lines() shouldContainExactly listOf("counted 4")
        broker.completed("default").single().result shouldBe Payload.ofUtf8("4 words")
    }

    test("LogSample counts words on another thread") {
        val broker = InMemoryBroker.create()
        val executor = Executors.newSingleThreadExecutor()
        LogSample.run(broker, executor)
        executor.shutdown()
        broker.processed("default") shouldBe 1
    }

    test("MetricsSample tells how many tasks were completed") {
        val broker = InMemoryBroker.create()
        MetricsSample.open(broker, TaskRouter.create().handle("report") { _, _ -> }).use { sample ->
            sample.client().enqueue(Task.of("report"))
            eventually(5.seconds) {
                val scrape = sample.metrics().uri().toURL().readText()
                scrape shouldContain "asynq_tasks_processed_total{queue=\"default\"} 1.0"
                scrape shouldContain "outcome=\"completed\",queue=\"default\",type=\"report\"} 1.0"
            }
        }
    }

    test("TracingSample searches in the trace of the one who enqueues") {
        val spans = InMemorySpanExporter.create()
        val provider = SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build()
        val w3c = ContextPropagators.create(W3CTraceContextPropagator.getInstance())
        val telemetry = OpenTelemetrySdk.builder().setTracerProvider(provider).setPropagators(w3c).build()
        val log = mutableListOf<String>()
        InMemoryBroker.create().use { TracingSample.run(it, telemetry, log) }
        log shouldContainExactly listOf("a needle in trace ${spans.finishedSpanItems.first().traceId}")
    }

    test("CancelSample stops its task for good") {
        val output = Output()
        val broker = InMemoryBroker.create()
        CancelSample.run(broker, output.stream)
        output.lines() shouldContainExactly listOf("stopped exporting orders: OPERATOR")
        broker.retrying("default").shouldBeEmpty()
    }

    test("SemaphoreSample prints all pages, one at a time") {
        val output = Output()
        InMemoryBroker.create().use { SemaphoreSample.run(it, output.stream) }
        output.lines() shouldContainExactlyInAnyOrder listOf("printed page 1", "printed page 2")
    }

    test("PeriodicSample cleans up each second, and has a report for the night") {
        val output = Output()
        val broker = InMemoryBroker.create()
        PeriodicSample.run(broker, output.stream)
        val (cleaned, other) = output.lines().partition { it == "cleaned carts" }
        cleaned.size shouldBeGreaterThanOrEqual 2 // another second may be over before the sample is
        other shouldContainExactly listOf("next report: 1 time known")
    }

    test("PeriodicFileSample takes its tasks from a file, and tells of the one that is wrong") {
        val output = Output()
        val file = tempfile("tasks", ".yaml")
        file.writeText(
            """
            tasks:
              - {name: nightly, cron: "30 2 * * *", type: report, queue: low}
              - {cron: "@daily", typ: report}
            """.trimIndent(),
        )
        InMemoryBroker.create().use { PeriodicFileSample.run(it, file.toPath(), output.stream) }
        output.lines().first() shouldBe "nightly: \"30 2 * * *\" report (${file.name}, line 2, column 5)"
        output.lines().last() shouldStartWith "${file.name}, line 3, column 22: there is no field typ"
    }

    test("ProducerSample schedules a task with its payload in JSON") {
        val output = Output()
        val broker = InMemoryBroker.create()
        ProducerSample.run(broker, output.stream)
        output.lines() shouldContainExactly listOf("email:welcome is scheduled in queue critical")
        val stored = broker.scheduled("critical").single().task()
        stored.payload shouldBe Payload.ofUtf8("""{"userId":42}""")
        stored.maxRetry() shouldBe 10
    }

    test("WorkerSample works off every kind of task, and ends when it is told to") {
        val output = Output()
        val broker = InMemoryBroker.create()
        TaskClient.of(broker).use { client ->
            client.enqueue(
                ProducerSample.WELCOME_EMAIL.task(ProducerSample.WelcomeEmail(42)),
                Options.defaults().queue("critical"),
            )
            client.enqueue(WorkerSample.THUMBNAIL.task(WorkerSample.Image("ada.png")))
            client.enqueue(Task.of("image:resize", Payload.of(ByteArray(3))), Options.defaults().queue("low"))
        }
        val worker = thread { WorkerSample.run(broker, output.stream) }
        try {
            eventually(10.seconds) {
                output.lines() shouldContainExactlyInAnyOrder
                    listOf("welcome, user 42", "a thumbnail of ada.png", "resized an image of 3 bytes")
            }
        } finally {
            worker.interrupt()
            worker.join(10_000)
        }
        worker.isAlive shouldBe false
    }
})
