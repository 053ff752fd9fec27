package io.asynq4j.server

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.ServerInfo
import io.asynq4j.spi.Settled
import io.asynq4j.spi.WorkerInfo
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** A broker that can stop answering a server: calls are lost on the way there, or else on the way back. */
private class Silence(private val broker: Broker) : Broker by broker {
    var lost = false
    var unheard = false

    override fun fetch(demand: Demand) = answered { broker.fetch(demand) }

    override fun fetched(demand: Demand) = answered { broker.fetched(demand) }

    override fun settle(endings: List<Ending>, now: Instant) = try {
        answered { broker.settle(endings, now) }
    } catch (_: BrokerUnavailableException) {
        endings.map { Settled.UNKNOWN }
    }

    override fun recover(endings: List<Ending>, cutoff: Instant, now: Instant) =
        answered { broker.recover(endings, cutoff, now) }

    override fun expired(queue: String, cutoff: Instant, limit: Int) = answered { broker.expired(queue, cutoff, limit) }

    override fun extend(leases: List<Lease>, expiresAt: Instant) = answered { broker.extend(leases, expiresAt) }

    override fun announce(server: ServerInfo, workers: List<WorkerInfo>, now: Instant, ttl: Duration) =
        answered { broker.announce(server, workers, now, ttl) }

    private fun <T> answered(ask: () -> T): T {
        val answer = if (lost) null else ask()
        return answer?.takeUnless { unheard } ?: throw BrokerUnavailableException("silence", null)
    }
}

class OutageTest :
    FunSpec({
        test(
            "the tasks of a fetch without an answer are handled when the broker answers again, as if they had come at once",
        ) {
            val room = Room()
            room.enqueue("a")
            val broker = Silence(room.broker).apply { unheard = true }
            val retried = mutableListOf<Int>()
            room.newServer(broker).start { _, context ->
                retried += context.retried()
                CompletableFuture.completedFuture(null)
            }
            room.advance(5.seconds)
            room.broker.active("default") shouldHaveSize 1
            broker.unheard = false
            room.advance(10.seconds)
            retried shouldContainExactly listOf(0)
            room.broker.processed("default") shouldBe 1
        }

        test("a handler that ended while the broker was away longer than its lease is not run again") {
            val room = Room()
            room.enqueue("a")
            val broker = Silence(room.broker)
            val running = CompletableFuture<Unit>()
            var runs = 0
            room.newServer(broker).start { _, _ ->
                runs++
                running
            }
            room.advance(1.seconds)
            broker.lost = true
            room.advance(1.seconds)
            running.complete(Unit)
            room.advance(5.minutes)
            broker.lost = false
            room.advance(2.minutes)
            runs shouldBe 1
            room.broker.processed("default") shouldBe 1
            room.broker.active("default").shouldBeEmpty()
        }

        test("a task whose worker died during an outage is taken back soon after it") {
            val room = Room()
            room.enqueue("a", Options.defaults().maxRetry(1))
            val now = room.time.instant()
            val demand = Demand(listOf(Demand.Share("default", 1)), now, now.plusSeconds(30), "dead-1")
            room.broker.fetch(demand) shouldHaveSize 1
            val broker = Silence(room.broker).apply { lost = true }
            var runs = 0
            room.newServer(broker).start { _, _ ->
                runs++
                CompletableFuture.completedFuture(null)
            }
            room.advance(5.minutes)
            broker.lost = false
            room.advance(30.seconds)
            runs shouldBe 1
        }

        test("with a short lease, a task of a dead worker waits for that lease and the allowance, and no longer") {
            val room = Room({ leaseDuration(Duration.ofSeconds(3)).leaseAllowance(Duration.ofSeconds(1)) })
            var runs = 0
            room.handle { _, _ -> runs++ }
            room.advance(30.seconds)
            room.broker.pause("default")
            room.enqueue("a")
            room.advance(1.seconds)
            room.broker.unpause("default")
            val now = room.time.instant()
            val demand = Demand(listOf(Demand.Share("default", 1)), now, now.plusSeconds(3), "dead-1")
            room.broker.fetch(demand) shouldHaveSize 1
            room.advance(15.seconds)
            runs shouldBe 1
        }
    })
