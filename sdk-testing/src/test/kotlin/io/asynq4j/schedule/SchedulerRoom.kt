package io.asynq4j.schedule

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.asynq4j.time.Timekeeper
import java.time.Duration
import java.time.Instant
import kotlin.time.toJavaDuration
import kotlin.time.Duration as KotlinDuration

/** Schedulers on a broker in memory, in virtual time. */
internal class SchedulerRoom(start: String = "2026-03-01T00:00:00Z") : AutoCloseable {
    val time: VirtualTime = VirtualTime.startingAt(Instant.parse(start))
    val broker: InMemoryBroker = InMemoryBroker.on(time)
    private val open = mutableListOf<Scheduler>()
    private var ids = 0

    /** One that is started with these entries, and whose clock is ahead. */
    fun scheduler(
        vararg entries: PeriodicTask,
        on: Broker = broker,
        ahead: KotlinDuration = KotlinDuration.ZERO,
        settings: SchedulerBuilder.() -> Unit = {},
    ): Scheduler {
        val scheduler = Scheduler.builder(on)
            .time(Ahead(time, ahead.toJavaDuration()))
            .executor(time.executor())
            .ids { "task-${++ids}" }
            .apply(settings)
            .build()
        open += scheduler
        entries.forEach(scheduler::register)
        scheduler.start()
        time.runDue()
        return scheduler
    }

    fun advance(by: KotlinDuration) = time.advance(by.toJavaDuration())

    fun pending(): List<String> = broker.pending("default").map { it.task().type() }

    /** When the tasks of this type became pending, as times of the day. */
    fun times(type: String): List<String> =
        broker.pending("default").filter { it.task().type() == type }.map { it.time().toString().substring(11, 19) }

    /** Runs what is pending, with this outcome. */
    fun work(succeed: Boolean = true): Int {
        val demand = Demand(
            listOf(Demand.Share("default", 100)),
            time.instant(),
            time.instant().plusSeconds(30),
            "attempt",
        )
        val leases = broker.fetch(demand)
        broker.settle(
            leases.map {
                if (succeed) Ending.Done(it) else Ending.Archived(it, "no")
            },
            time.instant(),
        )
        return leases.size
    }

    override fun close() = open.forEach { it.close() }
}

internal fun tick(cron: String, type: String = "tick"): PeriodicTask =
    PeriodicTask.of(cron, Task.of(type, Payload.ofUtf8("tock")))

/** Another time's time, whose clock is wrong. */
internal class Ahead(private val time: VirtualTime, private val by: Duration) : Timekeeper by time {
    override fun instant(): Instant = time.instant().plus(by)

    override fun millis(): Long = instant().toEpochMilli()
}
