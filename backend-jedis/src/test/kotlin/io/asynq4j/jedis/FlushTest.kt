package io.asynq4j.jedis

import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.Call
import io.asynq4j.testing.VirtualTime
import io.asynq4j.time.SystemTime
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import redis.clients.jedis.CommandArguments
import redis.clients.jedis.Connection
import redis.clients.jedis.HostAndPort
import redis.clients.jedis.exceptions.JedisClusterOperationException
import redis.clients.jedis.exceptions.JedisConnectionException
import redis.clients.jedis.exceptions.JedisException
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds

private const val USUAL_TIMEOUT = 3_000

/** A connection whose socket can be closed from elsewhere, after which it takes no timeout any more. */
private class Line(private val answer: Line.() -> Any) : Connection() {
    var cut = false
    var timeout = USUAL_TIMEOUT

    override fun sendCommand(words: CommandArguments) {}

    override fun getMany(count: Int) = emptyList<Any>()

    override fun getOne(): Any = answer()

    override fun getSoTimeout() = timeout

    override fun setSoTimeout(millis: Int) {
        if (cut) throw JedisConnectionException("Socket is closed")
        timeout = millis
    }

    override fun forceDisconnect() {
        cut = true
    }
}

/** A cluster of two servers, whose connections come back. */
private class Two(private val lines: Map<HostAndPort, Line>) : Servers {
    val back = mutableListOf<Line>()

    override fun line(slot: Int) = line(owner(slot))

    override fun line(server: HostAndPort) = Servers.Line(server, lines.getValue(server)) { back += it as Line }

    override fun owner(slot: Int) = if (slot == Commands.slot(onA)) A else B

    override fun isCluster() = true

    override fun changed(server: Any?) {}

    override fun close() {}
}

private val A = HostAndPort("a", 1)
private val B = HostAndPort("b", 2)
private val onA = Call.of("GET").key("{a}").build()
private val onB = Call.of("GET").key("{b}").build()
private const val LATE = "no reply within 500 ms"

class FlushTest : FunSpec({
    fun flush(servers: Servers, calls: List<Call>) =
        Flush(calls, servers, KnownScripts(), 500, VirtualTime.startingAt(Instant.EPOCH))

    test("a server that is silent does not cost what another one has answered, in whatever order they are asked") {
        listOf(listOf(onB, onA), listOf(onA, onB)).forEach { calls ->
            lateinit var flush: Flush
            val well = Line { "PONG".encodeToByteArray() }
            val silent = Line {
                flush.cut(LATE)
                throw JedisConnectionException("Socket closed")
            }
            val servers = Two(mapOf(A to well, B to silent))
            flush = flush(servers, calls)
            val answers = calls.zip(flush.run()).associate { (call, reply) -> call to reply.plain }
            answers shouldBe mapOf(onA to "PONG", onB to "unanswered: $LATE")
            servers.back.toSet() shouldBe setOf(well, silent)
            (well.isBroken to well.timeout) shouldBe (false to USUAL_TIMEOUT)
            silent.isBroken shouldBe true
        }
    }

    test("what has not arrived when another server was late is not waited for") {
        lateinit var flush: Flush
        val slow = Line {
            timeout shouldBe 1
            throw JedisConnectionException("Read timed out")
        }
        val silent = Line {
            flush.cut(LATE)
            throw JedisConnectionException("Socket closed")
        }
        flush = flush(Two(mapOf(A to slow, B to silent)), listOf(onB, onA))
        flush.run().map { it.plain } shouldContainExactly List(2) { "unanswered: $LATE" }
        slow.isBroken shouldBe true
    }

    test(
        "a connection that is cut after its last reply goes back all the same, broken, and so does one that takes no timeout",
    ) {
        val read = Line { "PONG".encodeToByteArray() }
        val servers = Two(mapOf(A to read, B to Line { error("nobody asks") }))
        val exchange = Exchange(servers.line(A), 500)
        exchange.send(0, Commands.of(onA, false), false)
        exchange.receive { _, _ -> } shouldBe true
        exchange.cut("late")
        exchange.close()
        servers.back shouldContainExactly listOf(read)
        read.isBroken shouldBe true
        shouldThrow<JedisException> { Exchange(servers.line(A), 600) }
        servers.back shouldContainExactly listOf(read, read)
    }

    test("a server of a cluster that knows nobody is not believed") {
        shouldThrow<JedisClusterOperationException> { Slots.ask(Line { emptyList<Any>() }, A) }.message shouldBe
            "a:1 knows no server of the cluster that has slots"
    }

    test("who listens does so again, whatever is thrown, and a pool keeps its places") {
        val asked = AtomicInteger()
        val servers = object : Servers by Two(emptyMap()) {
            override fun line(slot: Int): Servers.Line {
                asked.incrementAndGet()
                throw NoClassDefFoundError("made up")
            }
        }
        val time = SystemTime.open()
        val listening = Listening(servers, time, Duration.ofSeconds(1), { setOf("channel") }) { _, _ -> }
        listening.start()
        eventually(10.seconds) { asked.get() shouldBeGreaterThan 2 }
        listening.close()
        time.close()
        val pool = Pool({ error("the vault is away") }, Pool.Size(1, Duration.ofMillis(10)))
        val foreign =
            Pool({ throw UnsupportedOperationException("no credentials") }, Pool.Size(1, Duration.ofMillis(10)))
        repeat(3) {
            shouldThrow<IllegalStateException> { pool.line(A) }.message shouldBe "the vault is away"
            shouldThrow<JedisException> { foreign.line(A) }.message shouldBe
                "cannot connect: java.lang.UnsupportedOperationException: no credentials"
        }
    }
})
