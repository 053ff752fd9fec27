package io.asynq4j.lettuce

import io.asynq4j.redis.driver.sentinelPromises
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.SslOptions

private const val COUNT = "return redis.call('INCR', KEYS[1])"

class SentinelRedisTest : FunSpec({
    val redis = RedisForTests.sentinel()
    afterSpec { redis.close() }

    sentinelPromises(Driver, redis, unknown = ".*mine.*", nobody = "(Connection refused|.*127.0.0.1.*).*")

    test("sentinels and servers have logins of their own") {
        RedisForTests.sentinel(listOf("--requirepass", "hush"), listOf("--requirepass", "watch")).use { own ->
            val uri = RedisUri.of(own.uri().replace("://", "://:watch@")).withLogin(null, "hush")
            LettuceBroker.builder(uri).port().use { it.reply(script(COUNT, "n")).plain shouldBe 1L }
        }
    }

    test("over TLS, with options of the driver's own client, sentinels and servers have to be trusted") {
        TlsForTests.forNames("ip:127.0.0.1").use { tls ->
            val certificate = tls.settings().toList()
            RedisForTests.sentinel(
                certificate + listOf("--requirepass", "hush"),
                certificate + listOf("--requirepass", "watch"),
            ).use { own ->
                val uri = RedisURI.builder().withSsl(true).withSentinelMasterId(own.master())
                    .withPassword("hush".toCharArray())
                own.sentinels().forEach {
                    uri.withSentinel(
                        RedisURI.builder().withSsl(true).withHost(it.host()).withPort(it.port())
                            .withPassword("watch".toCharArray()).build(),
                    )
                }
                val client = RedisClient.create()
                shouldThrow<BrokerUnavailableException> {
                    LettuceBroker.open(client, uri.build())
                }.message!! shouldMatch
                    "cannot connect to Redis at master main: .*"
                client.options = ClientOptions.builder()
                    .sslOptions(SslOptions.builder().trustManager(tls.certificate().toFile()).build()).build()
                LettuceBroker.builder(client, uri.build()).port().use {
                    it.reply(script(COUNT, "n")).plain shouldBe 1L
                }
                client.shutdown()
            }
        }
    }
})
