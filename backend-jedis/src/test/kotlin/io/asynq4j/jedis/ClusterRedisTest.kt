package io.asynq4j.jedis

import io.asynq4j.redis.driver.clusterPromises
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.replies
import io.asynq4j.redis.script
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import redis.clients.jedis.DefaultJedisClientConfig
import redis.clients.jedis.HostAndPort
import redis.clients.jedis.SslOptions
import redis.clients.jedis.providers.ClusterConnectionProvider
import kotlin.time.Duration.Companion.seconds

private const val COUNT = "return redis.call('INCR', KEYS[1])"

class ClusterRedisTest : FunSpec({
    val cluster = RedisForTests.cluster(1)
    afterSpec { cluster.close() }

    clusterPromises(Driver, cluster)

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
                    eventually(10.seconds) {
                        // its servers may just be slow to hear from each other
                        port.replies(*Array(30) { script("return 1", "n-$it") }).map { it.plain }.distinct() shouldBe
                            listOf(1L)
                    }
                }
            }
        }
    }
})
