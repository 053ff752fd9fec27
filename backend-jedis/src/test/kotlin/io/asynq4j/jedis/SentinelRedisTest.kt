package io.asynq4j.jedis

import io.asynq4j.redis.command
import io.asynq4j.redis.driver.sentinelPromises
import io.asynq4j.redis.driver.shouldRefuse
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import redis.clients.jedis.DefaultJedisClientConfig
import redis.clients.jedis.HostAndPort
import redis.clients.jedis.SslOptions
import redis.clients.jedis.providers.SentineledConnectionProvider

private const val COUNT = "return redis.call('INCR', KEYS[1])"

class SentinelRedisTest : FunSpec({
    val redis = RedisForTests.sentinel()
    afterSpec { redis.close() }

    sentinelPromises(
        Driver,
        redis,
        unknown = "the sentinels know no master named \"mine\"",
        nobody = "Connection refused",
    )

    test("a server that is no sentinel is told in one exception within 5 s, without the password") {
        Driver.shouldRefuse(
            "redis-sentinel://:hush@127.0.0.1:${redis.primary().port()}?master=main",
            "(ERR|WRONGPASS) .*",
        )
    }

    test("a provider of somebody else's is used and left as it is") {
        val sentinels = redis.sentinels().map { HostAndPort(it.host(), it.port()) }.toSet()
        val config = DefaultJedisClientConfig.builder().build()
        SentineledConnectionProvider(redis.master(), config, sentinels, config).use { provider ->
            JedisBroker.builder(provider).port().use { it.reply(command("PING")).plain shouldBe "PONG" }
            provider.connection.use { it.ping() shouldBe true }
        }
    }

    test("sentinels and servers have logins of their own, and certificates") {
        TlsForTests.forNames("ip:127.0.0.1").use { tls ->
            val certificate = tls.settings().toList()
            RedisForTests.sentinel(
                certificate + listOf("--requirepass", "hush"),
                certificate + listOf("--requirepass", "watch"),
            ).use { own ->
                val uri = RedisUri.of(own.uri().replace("://", "://:watch@")).withLogin(null, "hush")
                val trust = SslOptions.builder()
                    .truststore(tls.trustStore().toFile(), TlsForTests.PASSWORD.toCharArray()).trustStoreType("PKCS12")
                JedisBroker.builder(uri).config { it.sslOptions(trust.build()) }.port().use {
                    it.reply(script(COUNT, "n")).plain shouldBe 1L
                }
            }
        }
    }
})
