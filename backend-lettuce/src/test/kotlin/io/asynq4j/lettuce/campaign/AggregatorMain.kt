package io.asynq4j.lettuce.campaign

import io.asynq4j.handler.Aggregator
import io.asynq4j.handler.AsyncHandler
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.server.TaskServer
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import java.time.Duration
import java.util.concurrent.CompletableFuture

/** An aggregator as a process of its own: it makes tasks of the names of their members, and notes those that it handles. */
internal object AggregatorMain {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val orders = Orders(arguments)
        val ledger = Ledger(orders.path("ledger"))
        val real = LettuceBroker.open(RedisUri.of(orders.text("redis")))
        val stop = Stop(Point.valueOf(orders.text("point")), orders.number("nth", 1))
        val server = TaskServer.builder(HastyBroker(real, orders.millis("setTime"), stop))
            .queues(mapOf(orders.text("queue") to 1))
            .concurrency(10)
            .leaseDuration(orders.millis("lease"))
            .leaseAllowance(orders.millis("allowance"))
            .checkInterval(Duration.ofMillis(100))
            .crashLimit(1_000) // they are killed more often than chance would do it
            .groupGracePeriod(Duration.ofSeconds(1))
            .groupMaxSize(orders.number("maxSize"))
            .aggregator(JOIN)
            .build()
        server.start(
            AsyncHandler { task, context ->
                ledger.note("handled", "${context.taskId()} ${task.payload().utf8()}")
                CompletableFuture.completedFuture(null)
            },
        )
        Parent.obey {
            server.close()
            real.close()
        }
    }

    /** The type of what is made of members. */
    const val BATCH = "batch"

    val JOIN = Aggregator { _, tasks ->
        Task.of(BATCH, Payload.ofUtf8(tasks.joinToString(",") { it.payload().utf8() }))
    }
}
