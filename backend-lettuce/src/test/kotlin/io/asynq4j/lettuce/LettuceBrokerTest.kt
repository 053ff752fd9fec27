package io.asynq4j.lettuce

import io.asynq4j.redis.driver.ourThreads
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.task.BrokerUnavailableException
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.lettuce.core.SslVerifyMode
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

class LettuceBrokerTest : FunSpec({
    test("a malformed URI is refused with the rule it breaks") {
        shouldThrow<IllegalArgumentException> { LettuceBroker.open("redis://:hush@h:x") }.message shouldBe
            "Redis URI \"redis://***@h:***\" must have a port from 1 to 65535"
    }

    test("a Unix socket needs the native transport, and it is said where there is none") {
        shouldThrow<BrokerUnavailableException> {
            LettuceBroker.open("redis-socket://:hush@/run/redis.sock?db=2")
        }.message shouldBe
            "cannot connect to Redis at redis-socket://***@/run/redis.sock?db=2: a Unix socket needs Netty's native " +
            "transport on the class path: io.netty:netty-transport-native-epoll (Linux) or " +
            "netty-transport-native-kqueue (macOS), with the classifier of this machine"
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    test("timeouts must be more than zero") {
        val builder = LettuceBroker.builder(RedisUri.of("redis://h"))

        shouldThrow<IllegalArgumentException> { builder.commandTimeout(Duration.ZERO) }.message shouldBe
            "command timeout must be more than zero: PT0S"
        shouldThrow<IllegalArgumentException> { builder.connectTimeout(Duration.ofSeconds(-1)) }.message shouldBe
            "connect timeout must be more than zero: PT-1S"
    }

    test("the servers of a cluster reach Lettuce, each with login and TLS") {
        val to = Destination.of(RedisUri.of("rediss-cluster://ada:secret@a:1,b:2"))

        to.cluster() shouldBe true
        to.uris().map { "${it.host}:${it.port} ${it.isSsl} ${it.verifyMode}" } shouldBe
            listOf("a:1 true FULL", "b:2 true FULL")
        to.uris().forEach { String(it.credentialsProvider.resolveCredentials().block()!!.password!!) shouldBe "secret" }
        to.shown() shouldBe "rediss-cluster://***@a:1,b:2"
    }

    test("host, port and database of a URI reach Lettuce, and TLS verifies the name") {
        val uri = Destination.of(RedisUri.of("rediss://ada:secret@[::1]:7000/3")).uris().single()

        uri.host shouldBe "::1"
        uri.port shouldBe 7000
        uri.database shouldBe 3
        uri.isSsl shouldBe true
        uri.verifyMode shouldBe SslVerifyMode.FULL
    }
})
