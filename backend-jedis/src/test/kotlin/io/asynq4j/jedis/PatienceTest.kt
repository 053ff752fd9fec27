package io.asynq4j.jedis

import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.testing.VirtualTime
import io.asynq4j.time.Timekeeper
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import redis.clients.jedis.CommandArguments
import redis.clients.jedis.Connection
import redis.clients.jedis.HostAndPort
import java.time.Duration
import java.time.Instant

private const val LATE = "unanswered: no reply within 300 ms"

/** Answers PONG for as long as nobody has cut it. */
private class Answering(private val asked: () -> Unit = {}, private val cut: () -> Unit = {}) : Connection() {
    override fun sendCommand(words: CommandArguments) {}

    override fun getMany(count: Int) = emptyList<Any>()

    override fun getOne(): Any {
        asked()
        return "PONG".encodeToByteArray()
    }

    override fun forceDisconnect() = cut()
}

private class OneLine(private val connect: () -> Connection) : Servers {
    override fun line(slot: Int) = Servers.Line(this, connect()) {}

    override fun line(server: HostAndPort) = error("there is but one server")

    override fun isCluster() = false

    override fun changed(server: Any?) {}

    override fun close() {}
}

/** Flushes with 300 ms each, on virtual time. */
private class Ward(private val origin: Long = 0) {
    val time: VirtualTime = VirtualTime.startingAt(Instant.EPOCH)
    var timersSet = 0
    private val shifted =
        object : Timekeeper by time {
            override fun nanoTime() = origin + time.nanoTime()

            override fun after(delay: Duration, action: Runnable) = time.after(delay, action).also { timersSet++ }
        }
    val patience = Patience(300, shifted)

    fun flush(connect: () -> Connection = { Answering() }) =
        Flush(listOf(command("PING")), OneLine(connect), KnownScripts(), 1_000, time)

    fun begin(): Flush = flush().also(patience::begin)

    fun advance(millis: Long) = time.advance(Duration.ofMillis(millis))
}

/** What its call gets now. */
private val Flush.answer get() = run().single().plain

class PatienceTest : FunSpec({
    test("a flush is given up when its time is over, and not before") {
        val ward = Ward()
        val flush = ward.begin()
        ward.advance(299)
        flush.answer shouldBe "PONG"
        ward.advance(1)
        flush.answer shouldBe LATE
    }

    test("one timer serves all flushes, and each is given up at its own time") {
        val ward = Ward()
        val flushes = (0..250).map {
            val flush = ward.begin()
            ward.time.pendingTimers() shouldBe 1
            ward.advance(1)
            flush
        }
        fun late() = flushes.takeWhile { it.answer == LATE }.size to flushes.count { it.answer == LATE }

        ward.advance(48)
        late() shouldBe (0 to 0)
        ward.advance(1)
        late() shouldBe (1 to 1)
        ward.advance(99)
        late() shouldBe (100 to 100)
        ward.advance(151)
        late() shouldBe (251 to 251)
    }

    test("flushes that get their replies are left alone, and cost a timer now and then only") {
        val ward = Ward()
        val flushes = (1..1_000).map {
            val flush = ward.begin()
            ward.patience.end(flush)
            ward.advance(1)
            flush
        }
        ward.advance(300)

        flushes.count { it.answer == "PONG" } shouldBe 1_000
        ward.timersSet shouldBe 4
        ward.time.pendingTimers() shouldBe 0
    }

    test("a flush has its whole time where the timer was set for one that has ended, and no more") {
        val ward = Ward()
        val ended = ward.begin()
        ward.advance(200)
        val flush = ward.begin()
        ward.patience.end(ended)
        ward.advance(299)
        flush.answer shouldBe "PONG"
        ward.advance(1)
        flush.answer shouldBe LATE
    }

    test("after a rest the first flush sets the timer again") {
        val ward = Ward()
        ward.patience.end(ward.begin())
        ward.advance(60_000)
        ward.time.pendingTimers() shouldBe 0

        val flush = ward.begin()
        ward.advance(300)
        flush.answer shouldBe LATE
    }

    test("a flush that begins while another one is given up is not forgotten") {
        val ward = Ward()
        val next = ward.flush()
        val first = ward.flush { Answering(asked = { ward.advance(300) }, cut = { ward.patience.begin(next) }) }
        ward.patience.begin(first)
        first.run()
        ward.patience.end(first)

        ward.advance(299)
        next.answer shouldBe "PONG"
        ward.advance(1)
        next.answer shouldBe LATE
    }

    test("cutting gives up all that are under way, says why, and touches no others") {
        val ward = Ward()
        val ended = ward.begin().also(ward.patience::end)
        val underWay = List(3) { ward.begin() }
        ward.patience.cut("closed")
        val later = ward.begin()

        underWay.map { it.answer } shouldBe List(3) { "unanswered: closed" }
        ended.answer shouldBe "PONG"
        later.answer shouldBe "PONG"
    }

    test("nothing is given up early when the count of nanoseconds overflows") {
        val ward = Ward(origin = Long.MAX_VALUE - 400_000_000)
        ward.begin()
        ward.advance(200)
        val flush = ward.begin()
        ward.advance(299)
        flush.answer shouldBe "PONG"
        ward.advance(1)
        flush.answer shouldBe LATE
    }
})
