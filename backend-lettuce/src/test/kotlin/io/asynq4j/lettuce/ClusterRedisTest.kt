package io.asynq4j.lettuce

import io.asynq4j.client.TaskClient
import io.asynq4j.redis.driver.clusterPromises
import io.asynq4j.redis.keys.Keys
import io.asynq4j.redis.plain
import io.asynq4j.redis.replies
import io.asynq4j.redis.script
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.lettuce.core.RedisURI
import io.lettuce.core.SslOptions
import io.lettuce.core.cluster.ClusterClientOptions
import io.lettuce.core.cluster.RedisClusterClient
import java.time.Instant
import kotlin.time.Duration.Companion.seconds

private const val COUNT = "return redis.call('INCR', KEYS[1])"

class ClusterRedisTest : FunSpec({
    val cluster = RedisForTests.cluster(1)
    afterSpec { cluster.close() }

    clusterPromises(Driver, cluster)

    fun uris(of: List<RedisForTests>) = of.map { RedisURI.create(it.host(), it.port()) }

    test("a client of somebody else's is used and left as it is") {
        val seeds = uris(cluster.nodes().take(2))
        val client = RedisClusterClient.create(seeds)
        LettuceBroker.builder(client, seeds).port().use { port ->
            port.replies(*Array(30) { script(COUNT, "n-$it") }).map { it.plain }.distinct() shouldBe listOf(1L)
        }
        client.connect().use { it.sync().ping() shouldBe "PONG" }
        client.shutdown()
    }

    test("while a slot moves, no script takes tasks that have not arrived yet for deleted") {
        LettuceBroker.open(cluster.uri()).use { broker ->
            val slot = cluster.slotOf(Keys.pending("q"))
            val from = cluster.primaryOf(slot)
            val to = cluster.nodes().first { it != from && it.ask("ROLE").toString().contains("master") }
            TaskClient.of(broker).use { it.enqueue(Task.of("t"), Options.defaults().queue("q").taskId("id")) }
            from.ask("RPOPLPUSH", Keys.pending("q"), Keys.active("q"))
            from.ask("HSET", Keys.task("q", "id"), "state", "active")
            from.ask("ZADD", Keys.lease("q"), "1", "id")
            val move = cluster.move(slot, to)
            from.ask("MIGRATE", to.host(), "${to.port()}", "", "0", "5000", "KEYS", Keys.active("q"), Keys.lease("q"))

            shouldThrow<BrokerUnavailableException> { broker.expired("q", Instant.now(), 10) }.message!! shouldContain
                "TRYAGAIN"
            move.finish()

            broker.expired("q", Instant.now(), 10).attempts().map { it.lease().id() } shouldBe listOf("id")
        }
    }

    test("a cluster needs a server to begin with") {
        val client = RedisClusterClient.create(uris(cluster.nodes()))
        shouldThrow<IllegalArgumentException> { LettuceBroker.builder(client, listOf()) }.message shouldBe
            "a cluster needs the URI of one of its servers at least"
        client.shutdown()
    }

    test("a cluster with passwords and certificates is opened like any other") {
        TlsForTests.forNames("ip:127.0.0.1").use { tls ->
            RedisForTests.cluster(0, "--requirepass", "hush", *tls.settings()).use { own ->
                val seeds = own.nodes().map {
                    RedisURI.builder().withHost(it.host()).withPort(it.port()).withSsl(true)
                        .withPassword("hush".toCharArray()).build()
                }
                val client = RedisClusterClient.create(seeds)
                client.setOptions(
                    ClusterClientOptions.builder()
                        .sslOptions(SslOptions.builder().trustManager(tls.certificate().toFile()).build()).build(),
                )
                LettuceBroker.builder(client, seeds).port().use { port ->
                    eventually(10.seconds) {
                        // its servers may just be slow to hear from each other
                        port.replies(*Array(30) { script("return 1", "n-$it") }).map { it.plain }.distinct() shouldBe
                            listOf(1L)
                    }
                }
                client.shutdown()
            }
        }
    }
})
