package io.asynq4j.lettuce.campaign

import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.server.TaskServer
import java.util.concurrent.CompletableFuture

/** A worker whose handlers do nothing but note which tasks they were given, so that these are gone at once. */
internal object TickMain {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val orders = Orders(arguments)
        val ledger = Ledger(orders.path("ledger"))
        val broker = LettuceBroker.open(RedisUri.of(orders.text("redis")))
        val server = TaskServer.builder(broker).queues(mapOf(orders.text("queue") to 1)).concurrency(20).build()
        server.start { _, context ->
            ledger.note("ran", context.taskId())
            CompletableFuture.completedFuture(null)
        }
        Parent.obey {
            server.close()
            broker.close()
        }
    }
}
