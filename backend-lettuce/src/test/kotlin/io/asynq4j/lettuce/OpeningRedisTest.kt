package io.asynq4j.lettuce

import io.asynq4j.redis.command
import io.asynq4j.redis.driver.openingPromises
import io.asynq4j.redis.driver.ourThreads
import io.asynq4j.redis.plain
import io.asynq4j.redis.reply
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisCredentials
import io.lettuce.core.RedisCredentialsProvider
import io.lettuce.core.RedisURI
import io.lettuce.core.SslOptions
import kotlin.time.Duration.Companion.seconds

class OpeningRedisTest : FunSpec({
    openingPromises(Driver)

    test("a broker that was opened is there, until it is closed") {
        RedisForTests.start().use { redis ->
            val broker = LettuceBroker.open(redis.uri())
            broker.ping()
            broker.blocking() shouldBe false

            broker.close()
            broker.close()

            shouldThrow<BrokerUnavailableException> { broker.ping() }.message!! shouldContain "closed"
            eventually(5.seconds) { ourThreads().shouldBeEmpty() }
        }
    }

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

    test("credentials are asked for with each connection, so that they may change") {
        RedisForTests.start().use { redis ->
            var password = "first"
            redis.ask("ACL", "SETUSER", "ada", "on", ">first", "~*", "+@all")
            val client = RedisClient.create()
            val uri = RedisURI.create(redis.uri())
            uri.credentialsProvider = RedisCredentialsProvider.from {
                RedisCredentials.just("ada", password.toCharArray())
            }
            LettuceBroker.builder(client, uri).port()
                .use { port ->
                    port.reply(command("ACL", "WHOAMI")).plain shouldBe "ada"
                    password = "second"
                    redis.ask("ACL", "SETUSER", "ada", "resetpass", ">second")
                    redis.ask("CLIENT", "KILL", "TYPE", "normal")
                    eventually(10.seconds) { port.reply(command("ACL", "WHOAMI")).plain shouldBe "ada" }
                }
            client.shutdown()
        }
    }
})
