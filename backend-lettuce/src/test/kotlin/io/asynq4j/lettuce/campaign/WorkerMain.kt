package io.asynq4j.lettuce.campaign

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.server.TaskServer
import io.asynq4j.task.Task
import io.asynq4j.time.SystemTime
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.TimeUnit

/** A worker as a process of its own: one server whose handlers take a moment and note when they start and end. */
internal object WorkerMain {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val orders = Orders(arguments)
        val ledger = Ledger(orders.path("ledger"))
        val real = LettuceBroker.builder(RedisUri.of(orders.text("redis")))
            .commandTimeout(orders.millis("commandTimeout", 5_000))
            .open()
        val broker = WatchedBroker(real, ledger, Stop(Point.valueOf(orders.text("point")), orders.number("nth", 1)))
        val server = TaskServer.builder(broker)
            .queues(mapOf(orders.text("queue") to 1))
            .concurrency(orders.number("concurrency", 100))
            .leaseDuration(orders.millis("lease"))
            .leaseAllowance(orders.millis("allowance"))
            .checkInterval(orders.millis("checkInterval", 100))
            .delayedCheckInterval(orders.millis("delayedCheckInterval", 500))
            .time(ShiftedTime(SystemTime.open(), orders.millis("clock", 0)))
            .build()
        server.start(handler(ledger, orders.number("work", 20)))
        Parent.obey {
            server.close()
            broker.close()
        }
    }

    /** Each task takes up to [most] milliseconds. */
    private fun handler(ledger: Ledger, most: Int): AsyncHandler<Task> {
        val timer = Executors.newScheduledThreadPool(1) { action -> Thread(action, "work").apply { isDaemon = true } }
        return AsyncHandler { _, context ->
            val id = context.taskId()
            val ended = CompletableFuture<Unit>()
            ledger.note("start", id)
            context.onCancel { reason -> ledger.note("cancelled", "$id $reason") }
            val millis = ThreadLocalRandom.current().nextInt(most).toLong()
            timer.schedule({
                ledger.note("end", id)
                ended.complete(Unit)
            }, millis, TimeUnit.MILLISECONDS)
            ended
        }
    }
}
