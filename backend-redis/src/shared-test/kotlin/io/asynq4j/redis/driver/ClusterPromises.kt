package io.asynq4j.redis.driver

import io.asynq4j.redis.aside
import io.asynq4j.redis.atRest
import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Reply
import io.asynq4j.redis.port.Watcher
import io.asynq4j.redis.replies
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisClusterForTests
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import java.time.Duration
import java.util.Collections
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

private const val COUNT = "return redis.call('INCR', KEYS[1])"

private fun get(key: String) = Call.of("GET").key(key).build()

private fun set(key: String, value: String) = Call.of("SET").key(key).arg(value).build()

/** What every driver's port promises in a cluster in which each primary has a replica. */
internal fun FunSpec.clusterPromises(driver: PortDriver, cluster: RedisClusterForTests) {
    beforeTest { cluster.flush() }

    fun port(): RedisPort = driver.open(cluster.uri(), commandTimeout = Duration.ofSeconds(2))

    fun elsewhere(slot: Int) = cluster.nodes().first {
        it != cluster.primaryOf(slot) &&
            it.ask("ROLE").toString().contains("master")
    }

    test("calls of one flush go to the servers that have their keys, and replies come in the order of the calls") {
        port().use { port ->
            port.isCluster shouldBe true
            val keys = (1..200).map { "key-$it" }
            port.replies(*keys.map { set(it, it) }.toTypedArray()).map { it.plain }.distinct() shouldBe listOf("OK")

            port.replies(command("PING"), *keys.map { get(it) }.toTypedArray()).map { it.plain } shouldBe
                listOf("PONG") + keys
            eventually(10.seconds) {
                // replicas are told after the reply
                cluster.nodes().filter { it.ask("DBSIZE") == 0L }.shouldBeEmpty()
            }
        }
    }

    test("scripts are sent whole once to each server, and again where it has forgotten them") {
        port().use { port ->
            val counts = Array(30) { script(COUNT, "n-$it") }
            port.replies(*counts).map { it.plain }.distinct() shouldBe listOf(1L)
            cluster.everywhere("SCRIPT", "FLUSH")

            port.replies(*counts).map { it.plain }.distinct() shouldBe listOf(2L)
        }
    }

    test("a call to a slot that is on its way or has moved follows it, and runs once") {
        port().use { port ->
            val slot = cluster.slotOf("{n}")
            val to = elsewhere(slot)
            port.reply(script(COUNT, "{n}1")).plain shouldBe 1L
            val move = cluster.move(slot, to)

            port.reply(script(COUNT, "{n}1")).plain shouldBe 2L
            port.reply(script(COUNT, "{n}2")).plain shouldBe 1L
            move.moveKeys()
            port.replies(script(COUNT, "{n}1"), command("PING"), script(COUNT, "{n}2"), script(COUNT, "{n}3"))
                .map { it.plain } shouldBe listOf(3L, "PONG", 2L, 1L)
            move.finish()

            port.replies(script(COUNT, "{n}1"), script(COUNT, "{n}2"), script(COUNT, "{n}3")).map { it.plain } shouldBe
                listOf(4L, 3L, 2L)
        }
    }

    test("a call with keys on both sides of a move is tried for a while, and runs once when they have arrived") {
        port().use { port ->
            // a while is well under a second: whoever is kept from finishing a move for that long has another try
            listOf("{m}", "{o}", "{p}").any { tag ->
                val slot = cluster.slotOf(tag)
                port.reply(set("${tag}1", "x"))
                val move = cluster.move(slot, elsewhere(slot))
                move.moveKeys()
                val both = script("return redis.call('INCR', KEYS[2])", "${tag}1", "${tag}2")

                val took = measureTime { port.reply(both).plain.toString() shouldContain "refused: TRYAGAIN" }
                took.inWholeMilliseconds shouldBeLessThan 5_000
                val waiting = port.aside(both, command("PING"))
                move.finish()

                val (first, second) = waiting.get(5, TimeUnit.SECONDS).map { it.plain }
                second shouldBe "PONG"
                port.reply(get("${tag}2")).plain shouldBe if (first == 1L) "1" else null
                first == 1L
            } shouldBe true
        }
    }

    test("a primary that is replaced, orderly or not, is found within 5 s of the cluster being well again") {
        port().use { port ->
            port.reply(script(COUNT, "{here}")).plain shouldBe 1L
            cluster.failover(cluster.primaryOf("{here}"))
            eventually(5.seconds) { port.reply(get("{here}")).plain shouldBe "1" }

            val old = cluster.primaryOf("{here}")
            old.stop()
            eventually(20.seconds) { cluster.primaryOf("{here}") }
            cluster.awaitHealthy()
            val took = measureTime { eventually(10.seconds) { port.reply(get("{here}")).plain shouldBe "1" } }
            took.inWholeMilliseconds shouldBeLessThan 5_000
            old.restart()
            cluster.awaitHealthy()
        }
    }

    test("while a primary is away, the other ones tell of their keys all the same") {
        port().use { port ->
            val keys = (0..99).map { "{key-$it}" }.distinctBy { cluster.primaryOf(it).port() }
            val told = ConcurrentHashMap.newKeySet<String>()
            val watch = port.watch(object : Watcher {
                override fun changed(key: String) {
                    told += key
                }

                override fun reset() = Unit
            })
            fun read() = watch.read(keys.map { get(it) }).toCompletableFuture().get(20, TimeUnit.SECONDS)
                .map { it !is Reply.Failed }
            eventually(10.seconds) { read() shouldBe listOf(true, true, true) }

            val old = cluster.primaryOf(keys[0])
            old.stop()
            eventually(10.seconds) { read() shouldBe listOf(false, true, true) }
            cluster.primaryOf(keys[1]).ask("SET", keys[1], "x")
            eventually(5.seconds) { told shouldContain keys[1] }

            cluster.awaitHealthy()
            old.restart()
            cluster.awaitHealthy()
        }
    }

    test("messages are heard wherever in the cluster they are published") {
        port().use { port ->
            val heard = Collections.synchronizedList(mutableListOf<String>())
            port.subscribe("channel") { heard += it }
            eventually(10.seconds) {
                cluster.nodes().forEach { it.ask("PUBLISH", "channel", "from ${it.port()}") }
                cluster.nodes().forEach { heard shouldContain "from ${it.port()}" }
            }
        }
    }

    test("a cluster URI for a single server is told in one exception within 5 s, without the password") {
        RedisForTests.start("--requirepass", "hush").use { single ->
            val took = measureTime {
                shouldThrow<BrokerUnavailableException> {
                    driver.open("redis-cluster://:hush@127.0.0.1:${single.port()}")
                }.message shouldBe "cannot connect to Redis at redis-cluster://***@127.0.0.1:${single.port()}: " +
                    "ERR This instance has cluster support disabled"
            }
            took.inWholeMilliseconds shouldBeLessThan 5_000
        }
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    listOf(
        "a wrong user" to { "hushed:hushed@127.0.0.1:${cluster.nodes()[0].port()}" } to "WRONGPASS .*",
        "servers where nobody listens" to { ":hushed@127.0.0.1:1,127.0.0.1:2" } to "Connection refused.*",
        "an unknown host" to { ":hushed@no-such-host.invalid" } to "(unknown host|no answer in time)",
    ).forEach { (case, reason) ->
        val (what, hosts) = case
        test("$what is told in one exception within 5 s, without the password, and leaves no thread") {
            val took = measureTime {
                shouldThrow<BrokerUnavailableException> {
                    driver.open("redis-cluster://${hosts()}")
                }.message!! shouldMatch "cannot connect to Redis at redis-cluster://\\*\\*\\*@[^ ]*: $reason"
            }
            took.inWholeMilliseconds shouldBeLessThan 5_000
            eventually(5.seconds) { ourThreads().shouldBeEmpty() }
        }
    }

    test("a port has one connection to each primary while nobody listens, and one more while somebody does") {
        val before = atRest { cluster.connections() }
        port().use { port ->
            fun work() = repeat(5) { port.replies(*Array(50) { script(COUNT, "n-$it") }) }
            work()
            eventually(10.seconds) { cluster.connections() shouldBe before + 3 }

            val handle = port.subscribe("channel") {}
            eventually(10.seconds) {
                work()
                cluster.connections() shouldBe before + 4
            }
            handle.close()
            eventually(10.seconds) { cluster.connections() shouldBe before + 3 }
        }
        eventually(10.seconds) { cluster.connections() shouldBe before }
    }
}

/** Of clients; those of the servers among themselves are others. */
private fun RedisClusterForTests.connections() = nodes().filter { it.isRunning }.sumOf { node ->
    listOf("normal", "pubsub").sumOf { type ->
        node.ask("CLIENT", "LIST", "TYPE", type).toString().lines().count { it.isNotBlank() }
    }
}
