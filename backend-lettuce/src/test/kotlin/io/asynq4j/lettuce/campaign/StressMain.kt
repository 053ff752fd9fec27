package io.asynq4j.lettuce.campaign

import io.asynq4j.handler.RetryPolicy
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.server.TaskServer
import java.time.Duration

/** A server of the stress campaign as a process of its own: it does what is planned, and aggregates. */
internal object StressMain {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val orders = Orders(arguments)
        val ledger = Ledger(orders.path("ledger"))
        val real = LettuceBroker.builder(RedisUri.of(orders.text("redis")))
            .commandTimeout(orders.millis("commandTimeout"))
            .open()
        val stop = Stop(Point.RANDOM, 1) // it is killed anywhere
        val broker = WatchedBroker(HastyBroker(real, orders.millis("setTime"), stop), ledger, stop)
        val server = TaskServer.builder(broker)
            .queues(Plan.QUEUES.associateWith { 1 })
            .concurrency(orders.number("concurrency"))
            .leaseDuration(orders.millis("lease"))
            .leaseAllowance(orders.millis("allowance"))
            .checkInterval(Duration.ofMillis(100))
            .delayedCheckInterval(Duration.ofMillis(500))
            .janitorInterval(Duration.ofSeconds(1))
            .groupGracePeriod(Duration.ofSeconds(1))
            .groupMaxSize(7)
            .aggregator(AggregatorMain.JOIN)
            .retryPolicy(RetryPolicy.fixed(Duration.ofSeconds(1)))
            .build()
        server.start(PlannedWork(ledger))
        Parent.obey {
            server.close()
            real.close()
        }
    }
}
