package io.asynq4j.server

import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.testing.InMemoryBroker
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class JanitorTest :
    FunSpec({
        test("where there is nothing to do it comes after four intervals, then after every eighth") {
            val watched = Watched()
            watched.room.advance(5.minutes)
            watched.looks shouldContainExactly listOf(0L, 32, 96, 160, 224, 288)
        }

        test("where there was something it comes after one interval, and then rests as in the beginning") {
            val watched = Watched()
            watched.room.advance(33.seconds)
            watched.room.enqueue("short-lived", Options.defaults().retention(Duration.ofSeconds(20)))
            watched.room.advance(3.minutes)
            watched.looks shouldContainExactly listOf(0L, 32, 96, 104, 136, 200)
        }
    })

/** A server with nothing else to do, and when its janitor looked, in seconds. */
private class Watched {
    val room = Room()
    val looks = mutableListOf<Long>()

    init {
        val start = room.time.instant()
        room.newServer(LookingBroker(room.broker) { looks += Duration.between(start, it).seconds }).start { _, _ ->
            CompletableFuture.completedFuture(null)
        }
    }
}

private class LookingBroker(
    private val broker: InMemoryBroker,
    private val look: (Instant) -> Unit,
) : Broker by broker {
    override fun deleteExpired(queue: String, now: Instant, limit: Int): Int {
        look(now)
        return broker.deleteExpired(queue, now, limit)
    }
}
