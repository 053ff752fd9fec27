package io.asynq4j.samples

import io.asynq4j.client.TaskClient
import io.asynq4j.kotlin.coroutines
import io.asynq4j.kotlin.taskServer
import io.asynq4j.opentelemetry.TaskTracing
import io.asynq4j.spi.Broker
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.SpanKind
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator
import io.opentelemetry.context.Context
import io.opentelemetry.context.propagation.ContextPropagators
import io.opentelemetry.extension.kotlin.asContextElement
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext

/** A server whose handlers are in the trace of their tasks, on whatever thread they are. */
private fun tracedServer(broker: Broker, tracing: TaskTracing, work: suspend (Task) -> Unit) = taskServer(broker) {
    use(tracing.server())
    coroutineContext { Context.current().asContextElement() }
    handle("render:") { task -> work(task) }
}

class TracedCoroutinesTest : FunSpec({
    test("a suspending handler is in the trace of whoever enqueued, wherever it goes on, and so is what it enqueues") {
        val exporter = InMemorySpanExporter.create()
        val provider = SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build()
        val w3c = ContextPropagators.create(W3CTraceContextPropagator.getInstance())
        val telemetry = OpenTelemetrySdk.builder().setTracerProvider(provider).setPropagators(w3c).build()
        val tracing = TaskTracing.of(telemetry)
        val broker = InMemoryBroker.create()
        val client = TaskClient.builder(broker).use(tracing.client()).build().coroutines(broker.blocking())
        val seen = CompletableDeferred<List<String>>()
        val server = tracedServer(broker, tracing) {
            val here = Span.current().spanContext.spanId
            delay(1)
            val there = withContext(Dispatchers.IO) { Span.current().spanContext.spanId }
            client.enqueue(Task.of("report")) { queue = "elsewhere" }
            seen.complete(listOf(here, there))
        }
        server.start()
        client.enqueue(Task.of("render:page"))
        val ids = seen.await()
        server.close()

        val (first, second) = exporter.finishedSpanItems.filter { it.kind == SpanKind.PRODUCER }
        val process = exporter.finishedSpanItems.single { it.kind == SpanKind.CONSUMER }
        process.parentSpanId shouldBe first.spanId
        ids shouldContainExactly listOf(process.spanId, process.spanId)
        second.parentSpanId shouldBe process.spanId
        broker.close()
    }
})
