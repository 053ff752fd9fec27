package io.asynq4j.kotlin

import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.testing.Faults
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.time.SystemTime
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** As in virtual time: what a cancelled coroutine does last comes before its slot is free and its task settled. */
class CancellationRedisTest : FunSpec({
    val redis = autoClose(RedisForTests.start())
    val time = autoClose(SystemTime.open())

    suspend fun story(
        queue: String,
        timeout: Duration = 1.minutes,
        cancel: suspend CancellationStory.(CoroutineTaskServer) -> Unit,
    ): List<String> {
        val broker = LettuceBroker.open(redis.uri())
        val story = CancellationStory(broker, queue)
        val server = taskServer(story.broker) {
            lease = 3.seconds
            with(story) { handlers() }
        }
        try {
            story.broker.taskClient().enqueueAll(story.tasks(timeout)).forEach { it.orThrow() }
            server.start()
            story.started.await()
            story.cancel(server)
            eventually(10.seconds) { story.said.toList() shouldContain "cleaned up" }
            return story.said.toList()
        } finally {
            server.close()
            broker.close()
        }
    }

    suspend fun CancellationStory.nextHasRun() = eventually(10.seconds) { said.toList() shouldContain "Done next" }

    val lastWords = listOf("finally", "cleaned up")

    test("past the deadline") {
        val said = story("deadline", 1.seconds) { nextHasRun() }
        said.take(3) shouldContainExactly listOf("DEADLINE") + lastWords
        said.drop(3) shouldContainExactlyInAnyOrder listOf("Retried long", "next runs", "Done next")
    }

    test("on an operator's wish") {
        val said = story("operator") {
            broker.taskClient().cancel("operator", "long")
            nextHasRun()
        }
        said.take(3) shouldContainExactly listOf("OPERATOR") + lastWords
        said.drop(3) shouldContainExactlyInAnyOrder listOf("Retried long", "next runs", "Done next")
    }

    test("when the lease is lost, and then nothing is settled") {
        val said = story("lease") {
            Faults.on(time).loseLease(broker, "lease", "long")
            nextHasRun()
        }
        said.take(5) shouldContainExactly listOf("LEASE_LOST") + lastWords + listOf("next runs", "Done next")
    }

    test("at shutdown, and then the task goes back and no other is begun") {
        story("shutdown") { it.close() } shouldContainExactly listOf("SHUTDOWN") + lastWords + listOf("Released long")
    }
})
