package io.asynq4j.interop

import io.asynq4j.client.TaskClient
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.Scheduler
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.core.test.TestScope
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.util.Collections
import java.util.concurrent.CompletableFuture
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Our clients and servers meet those of the Go library on one Redis. Skipped, with a message, where there is no Go. */
class GoInteropTest : FunSpec({
    val peer = GoPeer.build(tempdir().toPath())
    if (peer is GoPeer.Missing) println("GoInteropTest is skipped: ${peer.reason}")

    fun together(name: String, meeting: suspend Meeting.() -> Unit) {
        val whereGoIs = { _: Any ->
            if (peer is GoPeer.Missing) Enabled.disabled(peer.reason) else Enabled.enabled
        }
        test(name).config(enabledOrReasonIf = whereGoIs) {
            Meeting(peer as GoPeer.Built).use { it.meeting() }
        }
    }

    together("the Go worker processes what our client enqueues, and keeps what is to be kept") {
        TaskClient.of(broker).use { client -> Encounters.all.forEach { client.enqueue(it.task(), it.options()) } }

        val calls = go.start("work", redis.address, Encounters.QUEUE, "1").use { worker ->
            worker.next().asString() shouldBe "working"
            eventually(20.seconds) { unfinished().shouldBeEmpty() }
            worker.end()
        }

        calls shouldBeAnyOrder Encounters.all.flatMap { it.calls() }
        list() shouldBeAnyOrder Encounters.all.mapNotNull { it.remains(Encounters.ANSWER) }
    }

    together("our server processes what the Go client enqueues, and the Go inspector reads what it leaves") {
        go.start("enqueue", redis.address).use { client ->
            Encounters.all.forEach { client.send(it.order()) }
            client.end().map { it.text("id") } shouldBe Encounters.all.map { it.id }
        }

        val calls = Encounters.server(broker).use { server ->
            server.start()
            eventually(20.seconds) { unfinished().shouldBeEmpty() }
            server.calls()
        }

        calls shouldBeAnyOrder Encounters.all.flatMap { it.calls() }
        list() shouldBeAnyOrder Encounters.all.mapNotNull { it.remains(Encounters.ANSWER) }
    }

    together("an idle server of ours starts what the Go client enqueues at once") {
        val started = LinkedBlockingQueue<Long>()
        TaskServer.builder(broker).queues(mapOf(Encounters.QUEUE to 1)).build().use { server ->
            server.start { _, _ ->
                started += System.nanoTime()
                CompletableFuture.completedFuture(null)
            }
            go.start("enqueue", redis.address).use { client ->
                val millis = List(110) {
                    delay(20.milliseconds)
                    val before = System.nanoTime()
                    client.send(Encounter("$it", "plain").order())
                    (checkNotNull(started.poll(20, TimeUnit.SECONDS)) - before) / 1e6
                }.drop(10).sorted()
                println("pickup from Go: p50 %.2f ms, p99 %.2f ms".format(millis[50], millis[99]))
                millis[50] shouldBeLessThan 50.0 // who looks once a second needs 500
                client.end()
            }
        }
    }

    together("the Go server aggregates members that our client has put in a group") {
        val names = (1..6).map { "m$it" }
        TaskClient.of(broker).use { client ->
            names.forEach {
                client.enqueue(member(it), Options.defaults().taskId(it).queue(Encounters.QUEUE).group("g"))
            }
        }
        val calls = go.start("aggregate", redis.address, Encounters.QUEUE).use { server ->
            server.next().asString() shouldBe "working"
            eventually(20.seconds) { redis.run("GET", "asynq:{${Encounters.QUEUE}}:processed") shouldBe "2" }
            server.end()
        }
        calls.flatMap { it.membersOf() } shouldContainExactlyInAnyOrder names
        redis.sync.keys("asynq:{${Encounters.QUEUE}}:[gt]*").shouldBeEmpty()
    }

    together("our server aggregates members that the Go client has put in a group") {
        val names = (1..7).map { "m$it" }
        go.start("enqueue", redis.address).use { client ->
            names.forEach {
                client.send(
                    obj(
                        "ID" to it,
                        "Queue" to Encounters.QUEUE,
                        "Type" to "member",
                        "PayloadHex" to it.toByteArray().hex(),
                        "Group" to "g",
                    ),
                )
            }
            client.end().map { it.text("state") }.distinct() shouldBe listOf("aggregating")
        }
        val handled = Collections.synchronizedList(mutableListOf<String>())
        val server = TaskServer.builder(broker).queues(mapOf(Encounters.QUEUE to 1)).groupMaxSize(3)
            .groupGracePeriod(Duration.ofSeconds(1)).checkInterval(Duration.ofMillis(20))
            .aggregator { _, tasks ->
                Task.of("batch", Payload.ofUtf8(tasks.joinToString(",") { it.payload().utf8() }))
            }.build()
        server.use {
            it.start { task, _ ->
                handled += task.payload().utf8()
                CompletableFuture.completedFuture(null)
            }
            eventually(20.seconds) { handled.flatMap { it.split(',') }.sorted() shouldBe names }
        }
        handled.size shouldBe 3
        redis.sync.keys("asynq:{${Encounters.QUEUE}}:[gt]*").shouldBeEmpty()
    }

    together("Go's inspector, which its tools show, reads our periodic tasks and what they did") {
        val options = Options.defaults().queue("low").maxRetry(3).timeout(Duration.ofSeconds(90))
            .retention(Duration.ofDays(1))
        Scheduler.builder(broker).heartbeat(Duration.ofSeconds(1)).build().use { scheduler ->
            val often = scheduler.register("@every 1s", Task.of("tick", Payload.ofUtf8("tock")), options)
            val named = scheduler.register(PeriodicTask.of("30 2 * * *", Task.of("nightly")).named("nightly-report"))
            scheduler.start()
            eventually(20.seconds) {
                (redis.run("LLEN", "asynq:{low}:pending")!!.toInt() >= 2) shouldBe true
                redis.sync.zcard("asynq:scheduler_history:$often") shouldBe redis.sync.llen("asynq:{low}:pending")
            }
            val (nightly, tick) = go.start("cron", redis.address).use { it.end() }.sortedBy { it.text("type") }
            tick.text("id") shouldBe often
            tick.text("spec") shouldBe "@every 1s"
            tick.text("payload_hex") shouldBe "tock".toByteArray().hex()
            tick.get("options").items.map { it.asString() } shouldBe
                listOf("Queue(\"low\")", "MaxRetry(3)", "Timeout(1m30s)", "Retention(24h0m0s)")
            val pending = redis.sync.lrange("asynq:{low}:pending", 0, -1).map { it.decodeToString() }
            tick.get("tasks").items.map { it.asString() }.takeLast(2) shouldBe pending.takeLast(2)
            nightly.text("id") shouldBe named
            nightly.long("next_unix_s") shouldBe scheduler.next(named, 1).single().epochSecond
            nightly.get("never").asBoolean() shouldBe true
            nightly.get("tasks").items.shouldBeEmpty()
        }
        go.start("cron", redis.address).use { it.end() }.shouldBeEmpty()
    }

    together(
        "two thousand tasks of both kinds of client, worked off by both kinds of worker at once, are each done once",
    ) {
        val ids = (1..2000).map { "task-%04d".format(it) }
        val (fromGo, fromUs) = ids.partition { it.last() in "02468" }

        val (byGo, byUs) = go.start("work", redis.address, Encounters.QUEUE, "10").use { worker ->
            worker.next().asString() shouldBe "working"
            Encounters.server(broker, concurrency = 10, pause = Duration.ofMillis(2)).use { server ->
                server.start()
                go.start("enqueue", redis.address).use { client ->
                    fromGo.forEach { client.send(Encounter(it, "plain").order()) }
                    TaskClient.of(broker).use { ours ->
                        fromUs.chunked(100).forEach { part ->
                            ours.enqueueAll(part.map { Encounter(it, "plain").ready() }).forEach { it.orThrow() }
                        }
                    }
                    client.end().size shouldBe fromGo.size
                }
                eventually(60.seconds) { redis.run("GET", "asynq:{${Encounters.QUEUE}}:processed") shouldBe "2000" }
                worker.end() to server.calls()
            }
        }

        (byGo + byUs).map { it.text("id") } shouldContainExactlyInAnyOrder ids
        byGo.shouldNotBeEmpty()
        byUs.shouldNotBeEmpty()
        list().shouldBeEmpty()
    }
})

private infix fun List<JsonNode>.shouldBeAnyOrder(wanted: List<JsonNode>) {
    map { it.canonical() } shouldContainExactlyInAnyOrder wanted.map { it.canonical() }
}

private fun member(name: String) = Task.of("member", Payload.ofUtf8(name))

/** The members of which the handled task was made that a Go peer tells of. */
private fun JsonNode.membersOf() = text("payload_hex").unhex().decodeToString().split(',')

/** A Redis of its own for a test, and both sides at hand. */
private class Meeting(val go: GoPeer.Built) : AutoCloseable {
    private val server = RedisForTests.start()
    val broker: Broker = LettuceBroker.open(server.uri())
    val redis = RawRedis(server.uri())
    val RawRedis.address get() = "${server.host()}:${server.port()}"

    /** All tasks of the queue, as the Go inspector sees them. */
    fun list(): List<JsonNode> = go.start("list", redis.address, Encounters.QUEUE).use { it.end() }

    /** Tasks that are not where they are to end. */
    fun unfinished(): List<String> = Encounters.all.filter {
        val state = redis.run("HGET", "asynq:{${Encounters.QUEUE}}:t:${it.id}", "state")
        state != it.ends?.state
    }.map { it.id }

    override fun close() {
        redis.close()
        broker.close()
        server.close()
    }
}
