package io.asynq4j.jedis

import io.asynq4j.redis.command
import io.asynq4j.redis.driver.openingPromises
import io.asynq4j.redis.driver.shouldAskForCredentialsEachTime
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.reply
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import redis.clients.jedis.DefaultJedisClientConfig
import redis.clients.jedis.DefaultRedisCredentials
import redis.clients.jedis.SslOptions

private val PASSWORD = TlsForTests.PASSWORD.toCharArray()

private fun trusting(tls: TlsForTests, showing: Boolean = false): (DefaultJedisClientConfig.Builder) -> Unit = {
    val options = SslOptions.builder().truststore(tls.trustStore().toFile(), PASSWORD).trustStoreType("PKCS12")
    if (showing) options.keystore(tls.keyStore().toFile(), PASSWORD).keyStoreType("PKCS12")
    it.sslOptions(options.build())
}

class OpeningRedisTest : FunSpec({
    openingPromises(Driver)

    test("over TLS it trusts whom it is told to, and talks to the name in the certificate only") {
        TlsForTests.forNames("dns:localhost").use { certificate ->
            RedisForTests.start(*certificate.settings()).use { tls ->
                JedisBroker.builder(RedisUri.of("rediss://localhost:${tls.port()}")).config(trusting(certificate))
                    .port().use { it.reply(command("PING")).plain shouldBe "PONG" }

                shouldThrow<BrokerUnavailableException> {
                    JedisBroker.builder(RedisUri.of("rediss://:hush@127.0.0.1:${tls.port()}"))
                        .config(trusting(certificate)).port()
                }.message!! shouldMatch
                    "cannot connect to Redis at rediss://\\*\\*\\*@127.0.0.1:${tls.port()}/0: " +
                    "no TLS: .*subject alternative.*"
            }
        }
    }

    test("a server that wants to see a certificate is shown one, and says no without") {
        TlsForTests.forNames("dns:localhost").use { certificate ->
            RedisForTests.start(*certificate.settings(true)).use { tls ->
                val uri = RedisUri.of("rediss://localhost:${tls.port()}")
                JedisBroker.builder(uri).config(trusting(certificate, showing = true)).port().use {
                    it.reply(command("PING")).plain shouldBe "PONG"
                }
                shouldThrow<BrokerUnavailableException> {
                    JedisBroker.builder(uri).config(trusting(certificate)).port()
                }.message!! shouldMatch ".*(no TLS: |it may want to see a certificate).*"
            }
        }
    }

    test("a connection has the name it was given") {
        RedisForTests.start().use { redis ->
            JedisBroker.builder(RedisUri.of(redis.uri())).config { it.clientName("orders") }.port().use {
                it.reply(command("CLIENT", "GETNAME")).plain shouldBe "orders"
            }
        }
    }

    test("credentials are asked for with each connection, so that they may change") {
        shouldAskForCredentialsEachTime { uri, password ->
            JedisBroker.builder(RedisUri.of(uri))
                .config { it.credentialsProvider { DefaultRedisCredentials("ada", password()) } }.port()
        }
    }

    test("a broker that is opened by a URI alone says that it blocks") {
        RedisForTests.start().use { redis ->
            JedisBroker.open(redis.uri()).use { it.blocking() shouldBe true }
        }
    }
})
