package io.asynq4j.lettuce.campaign

import io.asynq4j.handler.RetryPolicy
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.server.TaskServer
import io.asynq4j.time.SystemTime
import java.time.Duration
import kotlin.concurrent.thread

/** A worker as a process of its own: one server, until its parent or the signal TERM ends it. */
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
            .queues(orders.text("queues", orders.text("queue")).split(',').associateWith { 1 })
            .concurrency(orders.number("concurrency", 100))
            .leaseDuration(orders.millis("lease"))
            .leaseAllowance(orders.millis("allowance"))
            .checkInterval(orders.millis("checkInterval", 100))
            .delayedCheckInterval(orders.millis("delayedCheckInterval", 500))
            .janitorInterval(orders.millis("janitorInterval", 1_000))
            .shutdownTimeout(orders.millis("shutdownTimeout", 8_000))
            .cancelGrace(orders.millis("cancelGrace", 1_000))
            .retryPolicy(RetryPolicy.fixed(Duration.ofSeconds(1)))
            .time(ShiftedTime(SystemTime.open(), orders.millis("clock", 0)))
            .build()
        val work = Work(ledger, orders)
        if (orders.text("until", "told") == "TERM") {
            thread(isDaemon = true, name = "parent") { Parent.obey {} }
            server.run(work)
            broker.close() // and that is all: whatever handlers still do, the program ends
            return
        }
        server.start(work)
        Parent.obey {
            server.close()
            broker.close()
        }
    }
}
