package io.asynq4j.interop

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.AsyncHandler
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.server.TaskServer
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/**
 * Which queue gets how much of a server is as its weight says, within 0.03, here as in the recording of the Go library: both are
 * draws, and of 4,000 draws that is four times their deviation.
 */
class QueuePriorityInteropTest : FunSpec({
    val runs = Vectors.read("queue-priority.json").get("runs").items.associateBy { it.text("name") }
    val refused = Vectors.read("deviations.json").get("queue-priority").fields
    val server = lazy { RedisForTests.start() }
    afterSpec { if (server.isInitialized()) server.value.close() }

    test("deviations.json speaks of recorded runs") {
        refused.keys.forAll { runs.keys shouldContain it }
    }

    runs.forEach { (name, run) ->
        if (name in refused) {
            test("$name: refused") {
                LettuceBroker.open(server.value.uri()).use { broker ->
                    shouldThrow<IllegalArgumentException> { TaskServer.builder(broker).queues(run.weights()) }
                }
            }
        } else {
            test(name) {
                RawRedis(server.value.uri()).use { redis ->
                    redis.sync.flushall()
                    run.opt("paused")?.items?.forEach { redis.run("SET", "asynq:{${it.asString()}}:paused", "1") }
                    val worked = work(server.value.uri(), run)

                    val order = run.opt("order")
                    if (order != null) {
                        worked shouldBe order.items.flatMap { part -> List(part.int("count")) { part.text("queue") } }
                    } else {
                        val recorded = run.get("processed").fields.mapValues { it.value.get("share").asDouble() }
                        run.shares().forEach { (queue, share) ->
                            recorded.getValue(queue) shouldBe (share plusOrMinus 0.03)
                            worked.count { it == queue } / worked.size.toDouble() shouldBe (share plusOrMinus 0.03)
                        }
                    }
                }
            }
        }
    }
})

private fun JsonNode.weights(): Map<String, Int> = get("weights").fields.mapValues { it.value.asInt() }

/** How much each queue should get: by its weight among those that have tasks and are not paused, and else nothing. */
private fun JsonNode.shares(): Map<String, Double> {
    val paused = opt("paused")?.items.orEmpty().map { it.asString() }
    val serving = weights().filterKeys { it !in paused && get("tasks_enqueued").int(it) > 0 }
    return weights().mapValues { (queue, _) -> (serving[queue] ?: 0) / serving.values.sum().toDouble() }
}

/** Fills the queues, works off as many tasks as the run did, one at a time, and answers their queues in order. */
private fun work(uri: String, run: JsonNode): List<String> {
    val wanted = run.int("tasks_processed")
    val worked = mutableListOf<String>() // by one handler at a time, each after the other
    val enough = CompletableFuture<Unit>()
    val handler = AsyncHandler<Task> { _, context ->
        synchronized(worked) {
            if (worked.size < wanted) worked += context.queue()
            if (worked.size == wanted) enough.complete(Unit)
        }
        CompletableFuture.completedFuture(Unit)
    }
    LettuceBroker.open(uri).use { broker ->
        TaskClient.of(broker).use { client ->
            run.get("tasks_enqueued").fields.forEach { (queue, tasks) ->
                val task = Task.of("t").with(Options.defaults().queue(queue))
                client.enqueueAll(List(tasks.asInt()) { task }).forEach { it.orThrow() }
            }
        }
        TaskServer.builder(broker)
            .concurrency(1)
            .queues(run.weights())
            .strictPriority(run.get("strict_priority").asBoolean())
            .checkInterval(Duration.ofMillis(20))
            .build()
            .use { server ->
                server.start(handler)
                enough.get(60, TimeUnit.SECONDS)
            }
    }
    return worked
}
