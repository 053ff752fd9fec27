package io.asynq4j.opentelemetry

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SnoozeException
import io.asynq4j.redis.wire.Wire
import io.asynq4j.server.TaskServerBuilder
import io.asynq4j.spi.Placement
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.TestTasks
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.maps.shouldNotContainKey
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.opentelemetry.api.OpenTelemetry
import io.opentelemetry.api.baggage.Baggage
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.SpanKind
import io.opentelemetry.api.trace.StatusCode
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator
import io.opentelemetry.context.Context
import io.opentelemetry.context.propagation.ContextPropagators
import io.opentelemetry.context.propagation.TextMapPropagator
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import java.time.Duration
import java.util.HexFormat
import java.util.concurrent.CompletableFuture
import kotlin.concurrent.thread

private const val TRACE = "0af7651916cd43dd8448eb211c80319c"
private const val PARENT = "b7ad6b7169203331"
private const val TRACEPARENT = "00-$TRACE-$PARENT-01"

/** A program that is traced: a client, a server, and all the spans that have ended. */
private class Traced(linked: Boolean = false, server: TaskServerBuilder.(TaskTracing) -> Unit = {}) : AutoCloseable {
    private val exporter = InMemorySpanExporter.create()
    private val provider = SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build()
    private val propagators = TextMapPropagator.composite(
        W3CTraceContextPropagator.getInstance(),
        W3CBaggagePropagator.getInstance(),
    )
    val telemetry: OpenTelemetry =
        OpenTelemetrySdk.builder().setTracerProvider(
            provider,
        ).setPropagators(ContextPropagators.create(propagators)).build()
    val tracing: TaskTracing = TaskTracing.of(telemetry).let { if (linked) it.withLinks() else it }
    val tasks: TestTasks = TestTasks.builder().server { it.server(tracing) }.build()
    val client: TaskClient = TaskClient.builder(tasks.broker()).time(tasks.time()).use(tracing.client()).build()

    fun handle(handler: AsyncHandler<Task>) = tasks.handle(tracing.server().wrap(handler))

    fun spans(): List<SpanData> = exporter.finishedSpanItems

    fun span(kind: SpanKind): SpanData = spans().single { it.kind == kind }

    override fun close() {
        client.close()
        tasks.close()
        provider.close()
    }
}

private fun SpanData.all() = attributes.asMap().entries.associate { (key, value) -> key.key to value }

private fun SpanData.linkIds() = links.map { it.spanContext.spanId }

private fun done() = CompletableFuture.completedFuture<Unit>(null)

class TaskTracingTest : FunSpec({
    test("a task's attempt is in the trace of whoever enqueued it, with the attributes of the conventions") {
        Traced().use { traced ->
            val seen = mutableListOf<Any?>()
            traced.handle { _, _ ->
                seen += Span.current().spanContext.spanId
                seen += Baggage.current().getEntryValue("tenant")
                done()
            }
            val request = traced.telemetry.getTracer("test").spanBuilder("request").startSpan()
            Context.root().with(request).with(Baggage.builder().put("tenant", "acme").build()).makeCurrent().use {
                val options = Options.defaults().queue("critical").taskId("id-1").maxRetry(7)
                traced.client.enqueue(Task.of("mail", Payload.ofUtf8("hello")), options)
            }
            traced.tasks.runDue()
            request.end()

            val send = traced.span(SpanKind.PRODUCER)
            send.name shouldBe "send critical"
            send.parentSpanId shouldBe request.spanContext.spanId
            send.status.statusCode shouldBe StatusCode.UNSET
            send.all() shouldBe mapOf(
                "messaging.system" to "asynq",
                "messaging.operation.name" to "send",
                "messaging.operation.type" to "send",
                "messaging.destination.name" to "critical",
                "messaging.message.id" to "id-1",
                "messaging.message.body.size" to 5L,
                "asynq.task.type" to "mail",
            )
            val process = traced.span(SpanKind.CONSUMER)
            process.name shouldBe "process critical"
            process.traceId shouldBe request.spanContext.traceId
            process.parentSpanId shouldBe send.spanId
            process.linkIds() shouldContainExactly listOf(send.spanId)
            process.all() shouldBe mapOf(
                "messaging.system" to "asynq",
                "messaging.operation.name" to "process",
                "messaging.operation.type" to "process",
                "messaging.destination.name" to "critical",
                "messaging.message.id" to "id-1",
                "messaging.message.body.size" to 5L,
                "asynq.task.type" to "mail",
                "asynq.task.attempt" to 1L,
                "asynq.task.max_retry" to 7L,
                "asynq.task.outcome" to "succeeded",
            )
            seen shouldContainExactly listOf(process.spanId, "acme")
            Span.current().spanContext.isValid shouldBe false
        }
    }

    test("a task of a Go program, whose headers are in the bytes of its record, goes on in that program's trace") {
        Traced().use { traced ->
            traced.handle { _, _ -> done() }
            fun field(tag: Int, text: String) =
                byteArrayOf(tag.toByte(), text.length.toByte()) + text.encodeToByteArray()
            val entry = field(0x0a, "traceparent") + field(0x12, TRACEPARENT)
            val minimal = "0a01741a0469642d31220764656661756c74281940880e" // type t, id id-1, queue default
            val record = HexFormat.of().parseHex(minimal) +
                byteArrayOf(0x7a, entry.size.toByte()) + entry
            val message = Wire.decode(record)
            val now = traced.tasks.time().instant()
            traced.tasks.broker().submit(listOf(Placement(message, TaskState.PENDING, now, null)))
            traced.tasks.runDue()
            val process = traced.spans().single()
            process.traceId shouldBe TRACE
            process.parentSpanId shouldBe PARENT
            process.all() shouldContainAll mapOf("asynq.task.type" to "t", "messaging.message.id" to "id-1")
        }
    }

    test("with links each attempt begins a trace of its own, and tells whose task it works on") {
        Traced(linked = true).use { traced ->
            traced.handle { _, _ -> done() }
            traced.client.enqueue(Task.of("mail"))
            traced.tasks.runDue()
            val send = traced.span(SpanKind.PRODUCER)
            val process = traced.span(SpanKind.CONSUMER)
            process.traceId shouldNotBe send.traceId
            process.parentSpanContext.isValid shouldBe false
            process.linkIds() shouldContainExactly listOf(send.spanId)
        }
    }

    test("a context that a task has already is kept, and linked") {
        Traced().use { traced ->
            traced.client.enqueue(Task.of("mail"), Options.defaults().header("traceparent", TRACEPARENT))
            traced.tasks.pending().single().headers["traceparent"] shouldBe TRACEPARENT
            traced.span(SpanKind.PRODUCER).linkIds() shouldContainExactly listOf(PARENT)
        }
    }

    test("many tasks in one call share a span, and say how many they are") {
        Traced().use { traced ->
            traced.client.enqueueAll(listOf(Task.of("a"), Task.of("b")))
            val send = traced.spans().single()
            send.name shouldBe "send default"
            send.all() shouldContainAll mapOf("messaging.batch.message_count" to 2L)
            traced.tasks.pending().map {
                it.headers["traceparent"]?.substringBeforeLast('-')
            }.distinct() shouldContainExactly
                listOf("00-${send.traceId}-${send.spanId}")
            traced.client.enqueueAll(listOf(Task.of("a"), Task.of("b").with(Options.defaults().queue("low"))))
            traced.spans().last().name shouldBe "send"
            traced.spans().last().all() shouldNotContainKey "messaging.destination.name"
        }
    }

    test("what keeps a task from being stored is recorded, for one and for many") {
        Traced().use { traced ->
            val once = Options.defaults().uniqueFor(Duration.ofHours(1))
            traced.client.enqueue(Task.of("a"), once)
            shouldThrow<DuplicateTaskException> { traced.client.enqueue(Task.of("a"), once) }
            traced.client.enqueueAll(listOf(Task.of("a").with(once), Task.of("b")))
            traced.tasks.faults().unavailable()
            shouldThrow<BrokerUnavailableException> { traced.client.enqueue(Task.of("c")) }
            shouldThrow<IllegalArgumentException> {
                traced.client.enqueue(Task.of("d", Payload.wrap(ByteArray(20_000_000))))
            }
            val (duplicate, many, away, large) = traced.spans().drop(1)
            duplicate.status.statusCode shouldBe StatusCode.ERROR
            duplicate.all()["error.type"] shouldBe DuplicateTaskException::class.java.name
            duplicate.events shouldHaveSize 1
            many.status.description shouldBe "1 of 2 tasks were refused"
            away.all()["error.type"] shouldBe BrokerUnavailableException::class.java.name
            large.all()["error.type"] shouldBe "java.lang.IllegalArgumentException"
        }
    }

    test("each attempt has a span; one that fails records why, and retries stay in the trace") {
        Traced().use { traced ->
            traced.handle { _, context -> if (context.retried() == 0) error("no luck") else done() }
            traced.client.enqueue(Task.of("mail"))
            traced.tasks.advanceUntilIdle()
            val (first, second) = traced.spans().filter { it.kind == SpanKind.CONSUMER }
            first.status.statusCode shouldBe StatusCode.ERROR
            first.all() shouldContainAll mapOf(
                "error.type" to "java.lang.IllegalStateException",
                "asynq.task.outcome" to "failed",
                "asynq.task.attempt" to 1L,
            )
            first.events.single().name shouldBe "exception"
            second.status.statusCode shouldBe StatusCode.UNSET
            second.all()["asynq.task.attempt"] shouldBe 2L
            second.traceId shouldBe first.traceId
        }
    }

    test(
        "an asynchronous handler's span ends with its stage, on whatever thread, and with what that has really failed of",
    ) {
        Traced().use { traced ->
            traced.handle { _, _ ->
                CompletableFuture<Unit>().also { stage ->
                    traced.spans().map { it.kind } shouldNotContain SpanKind.CONSUMER
                    thread { stage.completeExceptionally(IllegalArgumentException("late")) }
                }.thenApply { it } // which wraps the failure
            }
            traced.client.enqueue(Task.of("mail"))
            traced.tasks.runDue()
            traced.span(SpanKind.CONSUMER).all()["error.type"] shouldBe "java.lang.IllegalArgumentException"
            Span.current().spanContext.isValid shouldBe false
        }
    }

    test("to be put off, or deleted on one's own request, is no failure") {
        Traced().use { traced ->
            traced.handle { task, context ->
                if (task.type() == "revoke") throw RevokeTaskException("nobody wants it")
                if (context.headers()["again"] == null) throw SnoozeException(Duration.ofDays(1))
                done()
            }
            traced.client.enqueueAll(listOf(Task.of("revoke"), Task.of("snooze")))
            traced.tasks.runDue()
            val spans = traced.spans().filter { it.kind == SpanKind.CONSUMER }
            spans.map { it.all()["asynq.task.outcome"] } shouldContainExactly listOf("revoked", "snoozed")
            spans.map { it.status.statusCode }.distinct() shouldContainExactly listOf(StatusCode.UNSET)
            spans.flatMap { it.events }.shouldBeEmpty()
        }
    }

    test(
        "a task made of many has a span with a link to each of them, up to a bound, and its handler goes on in that trace",
    ) {
        val members = 130
        val made = Traced(server = { tracing ->
            groupMaxSize(members)
            aggregator(tracing.aggregator { _, tasks -> Task.of("digest", Payload.ofUtf8("${tasks.size}")) })
        })
        made.use { traced ->
            traced.handle { _, _ -> done() }
            repeat(members) { number ->
                val inOrder = Options.defaults().taskId("comment-%03d".format(number))
                traced.client.enqueue(Task.of("comment"), inOrder.group("article-7"))
            }
            traced.tasks.advanceUntilIdle()
            val sent = traced.spans().filter { it.name.startsWith("send") }.map { it.spanId }
            val aggregate = traced.spans().single { it.name == "aggregate" }
            aggregate.kind shouldBe SpanKind.PRODUCER
            aggregate.linkIds() shouldContainExactly sent.take(TaskTracing.MOST_LINKS)
            aggregate.all() shouldContainAll mapOf(
                "messaging.operation.type" to "create",
                "messaging.batch.message_count" to 130L,
                "asynq.group" to "article-7",
                "asynq.links.left_out" to 2L,
            )
            val process = traced.span(SpanKind.CONSUMER)
            process.parentSpanId shouldBe aggregate.spanId
            process.traceId shouldBe aggregate.traceId
        }
    }

    test("an aggregator that fails has that recorded, and members without a trace get no links") {
        val made = Traced(server = { tracing ->
            groupMaxSize(1)
            aggregator(tracing.aggregator { _, _ -> error("no digest today") })
        })
        made.use { traced ->
            traced.handle { _, _ -> done() }
            traced.tasks.client().enqueue(Task.of("comment"), Options.defaults().group("g"))
            traced.tasks.advance(Duration.ofSeconds(1))
            val aggregate = traced.spans().first()
            aggregate.status.statusCode shouldBe StatusCode.ERROR
            aggregate.links.shouldBeEmpty()
        }
    }

    test("without an SDK nothing is added to a task") {
        TestTasks.create().use { tasks ->
            val client = TaskClient.builder(tasks.broker()).use(TaskTracing.of(OpenTelemetry.noop()).client()).build()
            client.enqueue(Task.of("a"))
            tasks.pending().single().headers shouldBe mapOf()
        }
    }
})
