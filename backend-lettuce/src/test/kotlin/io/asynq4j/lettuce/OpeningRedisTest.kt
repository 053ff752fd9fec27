package io.asynq4j.lettuce

import io.asynq4j.redis.campaign.Proxy
import io.asynq4j.redis.command
import io.asynq4j.redis.driver.openingPromises
import io.asynq4j.redis.driver.shouldAskForCredentialsEachTime
import io.asynq4j.redis.plain
import io.asynq4j.redis.reply
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisCredentials
import io.lettuce.core.RedisCredentialsProvider
import io.lettuce.core.RedisURI
import io.lettuce.core.SslOptions
import java.util.concurrent.atomic.AtomicInteger

class OpeningRedisTest : FunSpec({
    openingPromises(Driver)

    test("over TLS, with options of the driver's own client, it talks to the name in the certificate only") {
        TlsForTests.forNames("dns:localhost").use { certificate ->
            RedisForTests.start(*certificate.settings()).use { tls ->
                val client = RedisClient.create()
                client.options = ClientOptions.builder()
                    .sslOptions(SslOptions.builder().trustManager(certificate.certificate().toFile()).build())
                    .build()

                LettuceBroker.builder(client, RedisURI.create("rediss://localhost:${tls.port()}")).port().use {
                    it.reply(command("PING")).plain shouldBe "PONG"
                }
                val refused = shouldThrow<BrokerUnavailableException> {
                    LettuceBroker.builder(client, RedisURI.create("rediss://:hush@127.0.0.1:${tls.port()}")).port()
                }
                refused.message!! shouldMatch
                    "cannot connect to Redis at 127.0.0.1:${tls.port()}: no TLS: .*subject alternative.*"
                client.shutdown()
            }
        }
    }

    listOf(1, 3).forEach { times ->
        test("what is opened works, also when the connection was lost right after the login, $times times") {
            val left = AtomicInteger(times)
            RedisForTests.start().use { redis ->
                Proxy(redis.port()) { "\r\nINFO\r\n" in it && left.getAndDecrement() > 0 }.use { proxy ->
                    portTo(proxy.uri).use { it.reply(command("PING")).plain shouldBe "PONG" }
                }
            }
            left.get() shouldBeLessThan 0
        }
    }

    test("a server that hangs up after each login is told of in one exception") {
        RedisForTests.start().use { redis ->
            Proxy(redis.port()) { "\r\nINFO\r\n" in it }.use { proxy ->
                shouldThrow<BrokerUnavailableException> { portTo(proxy.uri) }.message!! shouldMatch
                    "cannot connect to Redis at ${proxy.uri}/0: .+"
            }
        }
    }

    test("credentials are asked for with each connection, so that they may change") {
        val client = RedisClient.create()
        shouldAskForCredentialsEachTime { uri, password ->
            val ada = RedisURI.create(uri)
            ada.credentialsProvider = RedisCredentialsProvider.from {
                RedisCredentials.just("ada", password().toCharArray())
            }
            LettuceBroker.builder(client, ada).port()
        }
        client.shutdown()
    }
})
