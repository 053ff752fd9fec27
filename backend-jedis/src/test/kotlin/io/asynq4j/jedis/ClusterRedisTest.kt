package io.asynq4j.jedis

import io.asynq4j.redis.command
import io.asynq4j.redis.driver.ourThreads
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.replies
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import redis.clients.jedis.DefaultJedisClientConfig
import redis.clients.jedis.HostAndPort
import redis.clients.jedis.SslOptions
import redis.clients.jedis.providers.ClusterConnectionProvider
import java.time.Duration
import java.util.Collections
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

private const val COUNT = "return redis.call('INCR', KEYS[1])"

private fun get(key: String) = Call.of("GET").key(key).build()

private fun set(key: String, value: String) = Call.of("SET").key(key).arg(value).build()

class ClusterRedisTest : FunSpec({
    val cluster = RedisForTests.cluster(1)
    afterSpec { cluster.close() }

    beforeTest { cluster.flush() }

    fun port(): RedisPort = JedisBroker.builder(RedisUri.of(cluster.uri())).commandTimeout(Duration.ofSeconds(2)).port()

    test("calls of one flush go to the servers that have their keys, and replies come in the order of the calls") {
        port().use { port ->
            port.isCluster shouldBe true
            val keys = (1..200).map { "key-$it" }
            port.replies(*keys.map { set(it, it) }.toTypedArray()).map { it.plain }.distinct() shouldBe listOf("OK")

            port.replies(command("PING"), *keys.map { get(it) }.toTypedArray()).map { it.plain } shouldBe
                listOf("PONG") + keys
            cluster.nodes().filter { it.ask("DBSIZE") == 0L }.shouldBeEmpty()
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
            val to = cluster.nodes().first {
                it != cluster.primaryOf(slot) &&
                    it.ask("ROLE").toString().contains("master")
            }
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

    test("keys of one call that are on both sides of a move are refused, and the call has not run") {
        port().use { port ->
            val slot = cluster.slotOf("{m}")
            val to = cluster.nodes().first {
                it != cluster.primaryOf(slot) &&
                    it.ask("ROLE").toString().contains("master")
            }
            port.reply(set("{m}1", "x"))
            val move = cluster.move(slot, to)
            move.moveKeys()

            port.reply(script("return redis.call('INCR', KEYS[2])", "{m}1", "{m}2")).plain.toString() shouldContain
                "refused: TRYAGAIN"
            move.finish()

            port.reply(script("return redis.call('INCR', KEYS[2])", "{m}1", "{m}2")).plain shouldBe 1L
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
                    JedisBroker.open("redis-cluster://:hush@127.0.0.1:${single.port()}")
                }.message shouldBe "cannot connect to Redis at redis-cluster://***@127.0.0.1:${single.port()}: " +
                    "ERR This instance has cluster support disabled"
            }
            took.inWholeMilliseconds shouldBeLessThan 5_000
        }
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    test("a cluster of somebody else's client is used and left as it is") {
        val seeds = cluster.nodes().map { HostAndPort(it.host(), it.port()) }.toSet()
        val config = DefaultJedisClientConfig.builder().build()
        ClusterConnectionProvider(seeds, config).use { provider ->
            JedisBroker.builder(provider).port().use { port ->
                port.replies(*Array(30) { script(COUNT, "n-$it") }).map { it.plain }.distinct() shouldBe listOf(1L)
            }
            provider.connection.use { it.ping() shouldBe true }
        }
    }

    test("a cluster with passwords and certificates is opened like any other") {
        TlsForTests.forNames("ip:127.0.0.1").use { tls ->
            RedisForTests.cluster(0, "--requirepass", "hush", *tls.settings()).use { own ->
                val uri = RedisUri.of(own.uri().replace("://", "://:hush@"))
                val trust = SslOptions.builder()
                    .truststore(tls.trustStore().toFile(), TlsForTests.PASSWORD.toCharArray()).trustStoreType("PKCS12")
                JedisBroker.builder(uri).config { it.sslOptions(trust.build()) }.port().use { port ->
                    port.replies(*Array(30) { script(COUNT, "n-$it") }).map { it.plain }.distinct() shouldBe listOf(1L)
                }
            }
        }
    }
})
