package io.asynq4j.samples

import io.asynq4j.client.TaskClient
import io.asynq4j.kotest.advance
import io.asynq4j.kotest.shouldHaveEnqueued
import io.asynq4j.kotlin.invoke
import io.asynq4j.kotlin.with
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.samples.Members.WELCOME_EMAIL
import io.asynq4j.samples.Members.WelcomeEmail
import io.asynq4j.server.TaskServer
import io.asynq4j.testing.TestTasks
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** The same code under test in four ways, from the quickest to the truest, with kotest. FourStylesTest is its twin. */
class FourStylesKotestTest : FunSpec({
    val sent = CopyOnWriteArrayList<String>()
    val welcome = WELCOME_EMAIL(WelcomeEmail("ada@example.org")).with { processIn = Duration.ZERO }

    beforeTest { sent.clear() }

    test("records only") {
        TestTasks.recording().use { tasks ->
            Members(tasks.client(), sent::add).signUp("ada@example.org")

            tasks.shouldHaveEnqueued(WELCOME_EMAIL) { it.address shouldBe "ada@example.org" }
            sent.shouldBeEmpty()
        }
    }

    test("runs at once") {
        TestTasks.inline().use { tasks ->
            tasks.handle(Members(tasks.client(), sent::add).router())

            tasks.client().enqueue(welcome)
            sent shouldContainExactly listOf("ada@example.org")
        }
    }

    test("runs in virtual time") {
        TestTasks.create().use { tasks ->
            val members = Members(tasks.client(), sent::add)
            tasks.handle(members.router())
            members.signUp("ada@example.org")

            tasks.advance(10.seconds)
            sent shouldContainExactly listOf("ada@example.org")
        }
    }

    test("runs on Redis") {
        RedisForTests.start().use { redis ->
            LettuceBroker.open(redis.uri()).use { broker ->
                TaskServer.builder(broker).queues(mapOf("critical" to 1)).build().use { server ->
                    val client = TaskClient.of(broker)
                    server.start(Members(client, sent::add).router())

                    client.enqueue(welcome)
                    eventually(10.seconds) { sent shouldContainExactly listOf("ada@example.org") }
                }
            }
        }
    }
})
