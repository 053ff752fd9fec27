package io.asynq4j.lettuce.campaign

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Settled
import java.time.Instant
import kotlin.concurrent.thread

/** Notes which outcomes Redis has confirmed, and stops at the points of a worker's path. */
internal class WatchedBroker(private val broker: Broker, private val ledger: Ledger, private val stop: Stop) :
    Broker by broker {
    override fun fetch(demand: Demand): List<Lease> {
        val leases = broker.fetch(demand)
        if (leases.isNotEmpty() && stop.isDue(Point.FETCHED)) {
            ledger.note("fetched", leases.map { it.id() })
            stop.forGood()
        }
        return leases
    }

    override fun extend(leases: List<Lease>, expiresAt: Instant): List<Lease> {
        val lost = broker.extend(leases, expiresAt)
        ledger.note("extended", (leases - lost.toSet()).map { "${it.id()} ${expiresAt.toEpochMilli()}" })
        return lost
    }

    override fun settle(endings: List<Ending>, now: Instant): List<Settled> {
        if (stop.isDue(Point.HANDLED)) {
            stop.forGood()
        }
        if (stop.isDue(Point.SENT)) {
            thread(isDaemon = true) { broker.settle(endings, now) }
            stop.forGood()
        }
        val answers = broker.settle(endings, now)
        val answered = answers.withIndex().groupBy({ it.value }, { endings[it.index].lease().id() })
        if (stop.isDue(Point.ANSWERED)) {
            ledger.note("unheard", answered[Settled.WRITTEN].orEmpty())
            stop.forGood()
        }
        ledger.note("written", answered[Settled.WRITTEN].orEmpty())
        ledger.note("refused", answered[Settled.NOT_HELD].orEmpty())
        return answers
    }
}
