package io.asynq4j.lettuce

import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.lettuce.core.RedisFuture
import io.lettuce.core.RedisURI
import io.lettuce.core.TrackingArgs
import io.lettuce.core.api.push.PushListener
import io.lettuce.core.codec.StringCodec
import io.lettuce.core.pubsub.RedisPubSubAdapter
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

private fun <T> RedisFuture<T>.soon(): T = get(5, TimeUnit.SECONDS)

class LeanClientRedisTest : FunSpec({
    val redis = RedisForTests.start()
    val resources = Opening.resources()
    val uri = RedisURI.create(redis.uri()).apply {
        timeout = Duration.ofSeconds(7)
        clientName = "lean"
    }
    afterSpec {
        Opening.close(resources)
        redis.close()
    }

    test("a connection has no blocking commands, and is otherwise as it was asked for") {
        LeanClient(resources).use { client ->
            val connection = client.connect(StringCodec.UTF8, uri)

            connection.sync().shouldBeNull()
            connection.timeout shouldBe Duration.ofSeconds(7)
            connection.async().set("ключ", "é😀").soon() shouldBe "OK"
            connection.async().get("ключ").soon() shouldBe "é😀"
            redis.ask("GET", "ключ") shouldBe "é😀"
        }
    }

    test("a connection with subscriptions has none either, and hears what is published") {
        LeanClient(resources).use { client ->
            val heard = CopyOnWriteArrayList<String>()
            val connection = client.connectPubSub(StringCodec.UTF8, uri)
            connection.addListener(object : RedisPubSubAdapter<String, String>() {
                override fun message(channel: String, text: String) {
                    heard += "$channel: $text"
                }
            })

            connection.sync().shouldBeNull()
            connection.timeout shouldBe Duration.ofSeconds(7)
            connection.async().subscribe("канал").soon()
            redis.ask("PUBLISH", "канал", "é😀") shouldBe 1L
            eventually(10.seconds) { heard shouldBe listOf("канал: é😀") }
        }
    }

    test("what Redis tells of its own accord is heard over a plain connection") {
        LeanClient(resources).use { client ->
            val heard = CopyOnWriteArrayList<String>()
            val connection = client.connect(StringCodec.UTF8, uri)
            connection.addListener(PushListener { heard += it.type })

            connection.async().clientTracking(TrackingArgs.Builder.enabled()).soon() shouldBe "OK"
            connection.async().get("tracked").soon()
            redis.ask("SET", "tracked", "1")
            eventually(10.seconds) { heard shouldContain "invalidate" }
        }
    }

    test("its connections end with it, and the threads that it was given go on") {
        fun connections() = redis.ask("CLIENT", "LIST").toString().lines().count { " name=lean " in it }
        eventually(10.seconds) { connections() shouldBe 0 }
        val client = LeanClient(resources)
        client.resources shouldBeSameInstanceAs resources
        client.connect(StringCodec.UTF8, uri)
        client.connectPubSub(StringCodec.UTF8, uri)
        eventually(10.seconds) { connections() shouldBe 2 }

        client.close()

        eventually(10.seconds) { connections() shouldBe 0 }
        LeanClient(resources).use { it.connect(StringCodec.UTF8, uri).async().ping().soon() shouldBe "PONG" }
    }
})
