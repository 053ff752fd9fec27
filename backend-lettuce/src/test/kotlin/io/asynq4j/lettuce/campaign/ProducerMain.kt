package io.asynq4j.lettuce.campaign

import io.asynq4j.client.TaskClient
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import java.util.concurrent.CompletionStage
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger

/** A producer as a process of its own: so many tasks a second, each with an id that nobody else gives. */
internal object ProducerMain {
    private const val PER_SECOND = 20
    private const val MANY = 4_000
    private const val MOST_UNDER_WAY = 100

    @JvmStatic
    fun main(arguments: Array<String>) {
        val orders = Orders(arguments)
        val ledger = Ledger(orders.path("ledger"))
        val broker = LettuceBroker.builder(RedisUri.of(orders.text("redis")))
            .commandTimeout(orders.millis("commandTimeout", 5_000))
            .open()
        val client = TaskClient.of(broker)
        val stop = Stop(Point.valueOf(orders.text("point")), orders.number("nth", 1))
        val options = Options.defaults().queue(orders.text("queue"))
        val types = types(orders.text("mix", "work"))
        val number = AtomicInteger()
        val underWay = AtomicInteger()

        fun submit(size: Int): CompletionStage<*> {
            val numbers = List(size) { number.incrementAndGet() }
            val ids = numbers.map { "${orders.text("name")}-$it" }
            ledger.note("tried", ids)
            underWay.incrementAndGet()
            val tasks = numbers.map { Task.of(types[it % types.size]) }
            return client.enqueueAllAsync(tasks.zip(ids) { task, id -> task.with(options.taskId(id)) })
                .thenAccept { outcomes ->
                    ledger.note("accepted", ids.filterIndexed { i, _ -> outcomes[i] is EnqueueOutcome.Accepted })
                    underWay.decrementAndGet()
                }
        }

        val timer = Executors.newSingleThreadScheduledExecutor()
        timer.scheduleAtFixedRate({
            if (stop.isDue(Point.SUBMITTING)) {
                submit(MANY)
                stop.forGood()
            } else if (underWay.get() < MOST_UNDER_WAY) {
                submit(orders.number("rate") / PER_SECOND)
            }
        }, 0, 1_000L / PER_SECOND, TimeUnit.MILLISECONDS)
        Parent.obey {
            timer.shutdown()
            timer.awaitTermination(1, TimeUnit.MINUTES)
            client.close()
            broker.close()
        }
    }

    /** What `work:3,deaf` says: each type as often as it has shares. */
    private fun types(mix: String): List<String> = mix.split(',').flatMap { part ->
        List(part.substringAfter(':', "1").toInt()) { part.substringBefore(':') }
    }
}
