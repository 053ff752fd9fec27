package io.asynq4j.lettuce

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.Aggregator
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.inspect.Doctor
import io.asynq4j.inspect.Inspector
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Finding
import io.asynq4j.spi.Shelf
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeGreaterThan
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

private val HOUR = Duration.ofHours(1)

/** Servers at work, and somebody who keeps on enqueueing tasks of all kinds, and moving some by hand. */
private class Fleet(uri: String) : AutoCloseable {
    val broker = LettuceBroker.open(uri)
    private val client = TaskClient.of(broker)
    private val going = AtomicBoolean(true)
    private val numbers = AtomicInteger()
    private val servers = List(2) {
        TaskServer.builder(broker)
            .concurrency(20)
            .delayedCheckInterval(Duration.ofMillis(100))
            .retryPolicy(RetryPolicy.fixed(Duration.ofSeconds(1)))
            .aggregator(Aggregator { _, _ -> Task.of("batch") })
            .groupGracePeriod(Duration.ofSeconds(1))
            .groupMaxSize(20)
            .build()
            .apply {
                start { task, context ->
                    if (task.type() == "fails" && context.retried() == 0) error("once")
                    CompletableFuture.completedFuture(null)
                }
            }
    }
    private val producer = thread { while (going.get()) produce() }

    private fun produce() {
        val inspector = Inspector.of(broker)
        val tasks = List(50) {
            val number = numbers.incrementAndGet()
            when (number % 6) {
                0 -> Task.of("unique").with(Options.defaults().uniqueFor(HOUR).uniqueKey("$number"))

                1 -> Task.of("fails")

                2 -> Task.of("later").with(Options.defaults().processIn(Duration.ofSeconds(1)))

                3 -> Task.of(
                    "grouped",
                ).with(Options.defaults().group("g${number % 5}").uniqueFor(HOUR).uniqueKey("$number"))

                4 -> Task.of("kept").with(Options.defaults().retention(Duration.ofSeconds(2)))

                else -> Task.of("plain")
            }
        }
        client.enqueueAll(tasks)
        inspector.runAll(Shelf.of("default", TaskState.RETRY))
    }

    override fun close() {
        going.set(false)
        producer.join()
        client.close()
        servers.forEach { it.close() }
        broker.close()
    }
}

class DoctorLoadRedisTest : FunSpec({
    test("nothing is wrong with a queue while servers, clients and people are at work on it") {
        RedisForTests.start().use { redis ->
            Fleet(redis.uri()).use { fleet ->
                val findings = mutableListOf<Finding>()
                eventually(60.seconds) {
                    repeat(10) { findings += Doctor.of(fleet.broker).examine() }
                    Inspector.of(fleet.broker).queue("default").ever().processed() shouldBeGreaterThan 2_000
                }
                findings.shouldBeEmpty()
            }
        }
    }
})
