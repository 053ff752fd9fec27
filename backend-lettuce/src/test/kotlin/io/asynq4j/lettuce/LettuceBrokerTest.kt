package io.asynq4j.lettuce

import io.asynq4j.redis.driver.ourThreads
import io.asynq4j.redis.port.RedisUri
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.SslVerifyMode
import java.time.Duration

private fun refusal(form: String) =
    "LettuceBroker cannot open a $form URI, only those of a single server, redis://host, " +
        "or of one that sentinels watch: redis-sentinel://host?master=name"

class LettuceBrokerTest : FunSpec({
    listOf(
        "redis-socket:///run/redis.sock" to "redis-socket",
        "redis-cluster://:hush@n1" to "redis-cluster",
        "rediss-cluster://n1" to "redis-cluster",
    ).forEach { (uri, form) ->
        test("$uri is refused with the name of its form, and starts no thread") {
            shouldThrow<IllegalArgumentException> { LettuceBroker.open(uri) }.message shouldBe refusal(form)
            ourThreads().shouldBeEmpty()
        }
    }

    test("a malformed URI is refused with the rule it breaks") {
        shouldThrow<IllegalArgumentException> { LettuceBroker.open("redis://:hush@h:x") }.message shouldBe
            "Redis URI \"redis://***@h:***\" must have a port from 1 to 65535"
    }

    listOf(
        RedisURI.Builder.socket("/run/redis.sock").build() to "redis-socket",
    ).forEach { (uri, form) ->
        test("a $form URI in Lettuce's form is refused likewise") {
            val client = RedisClient.create()
            shouldThrow<IllegalArgumentException> { LettuceBroker.open(client, uri) }.message shouldBe refusal(form)
            client.shutdown()
        }
    }

    test("timeouts must be more than zero") {
        val builder = LettuceBroker.builder(RedisUri.of("redis://h"))

        shouldThrow<IllegalArgumentException> { builder.commandTimeout(Duration.ZERO) }.message shouldBe
            "command timeout must be more than zero: PT0S"
        shouldThrow<IllegalArgumentException> { builder.connectTimeout(Duration.ofSeconds(-1)) }.message shouldBe
            "connect timeout must be more than zero: PT-1S"
    }

    test("host, port and database of a URI reach Lettuce, and TLS verifies the name") {
        val uri = Uris.lettuce(RedisUri.of("rediss://ada:secret@[::1]:7000/3"))

        uri.host shouldBe "::1"
        uri.port shouldBe 7000
        uri.database shouldBe 3
        uri.isSsl shouldBe true
        uri.verifyMode shouldBe SslVerifyMode.FULL
    }
})
