package io.asynq4j.lettuce.campaign

import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.Scheduler
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Fired
import io.asynq4j.spi.Firing
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.time.SystemTime
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** A scheduler as a process of its own, whose clock may be wrong. */
internal object SchedulerMain {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val orders = Orders(arguments)
        val broker = LettuceBroker.open(RedisUri.of(orders.text("redis")))
        val scheduler = Scheduler.builder(Noting(broker, Ledger(orders.path("ledger"))))
            .time(ShiftedTime(SystemTime.open(), orders.millis("clock", 0)))
            .build()
        entries(orders.text("queue"), orders.number("entries")).forEach { scheduler.register(it) }
        scheduler.start()
        while (scheduler.entries().any { it.next() == null }) {
            CountDownLatch(1).await(20, TimeUnit.MILLISECONDS) // until Redis has said how far all have got
        }
        Parent.obey {
            scheduler.close()
            broker.close()
        }
    }

    /** So many periodic tasks, of four kinds by turns. */
    fun entries(queue: String, count: Int): List<PeriodicTask> = (0 until count).map { n ->
        PeriodicTask.of(CRON[n % CRON.size], Task.of("tick", Payload.ofUtf8("e$n")))
            .with(Options.defaults().queue(queue).maxRetry(0))
            .named("e$n")
    }

    private val CRON = listOf("@every 1s", "@every 7s", "@every 90s", "* * * * *")

    /** Notes which task is to stand for which time, before anybody else can know of it. */
    private class Noting(private val broker: Broker, private val ledger: Ledger) : Broker by broker {
        override fun fire(firings: List<Firing>): List<Fired> {
            ledger.note(
                "tried",
                firings.map { "${it.entry().id()} ${it.planned().epochSecond} ${it.task().message().id()}" },
            )
            return broker.fire(firings)
        }
    }
}
