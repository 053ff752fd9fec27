package io.asynq4j.kotlin

import io.asynq4j.client.TaskClient
import io.asynq4j.kotest.advance
import io.asynq4j.kotest.dispatcher
import io.asynq4j.task.TaskState
import io.asynq4j.testing.Faults
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private val START = Instant.parse("2026-11-21T12:00:00Z")

/** A cancelled coroutine ends in its own time; its slot is free and its task settled when it has ended, and not before. */
class CancellationTest : FunSpec({
    fun room(cleanUp: Duration = 500.milliseconds, succeeds: Boolean = false) = autoClose(RoomInTime(cleanUp, succeeds))

    test("past the deadline") {
        val room = room()
        room.time.advance(1.minutes)
        room.said shouldContainExactly listOf("DEADLINE 60.0", "finally 60.0")
        room.time.advance(499.milliseconds)
        room.memory.tasks("default", TaskState.ACTIVE).map { it.task().id() } shouldContainExactly listOf("long")
        room.time.advance(1.milliseconds)
        room.said.drop(2) shouldContainExactly
            listOf("cleaned up 60.5", "Retried long 60.5", "next runs 60.5", "Done next 60.5")
        room.memory.tasks("default", TaskState.RETRY) shouldHaveSize 1
    }

    test("on an operator's wish") {
        val room = room()
        room.client.cancel("default", "long") shouldBe true
        room.time.advance(1.seconds)
        room.said shouldContainExactly listOf("OPERATOR 0.0", "finally 0.0", "cleaned up 0.5", "Retried long 0.5") +
            listOf("next runs 0.5", "Done next 0.5")
    }

    test("when the lease is lost, and then nothing is settled") {
        val room = room()
        Faults.on(room.time).loseLease(room.memory, "default", "long")
        room.time.advance(10.seconds)
        val untilNext = room.said.takeWhile { !it.startsWith("Done") }.map { it.substringBeforeLast(" ") }
        untilNext shouldContainExactly listOf("LEASE_LOST", "finally", "cleaned up", "next runs")
        room.said.none { "long" in it } shouldBe true
    }

    test("but one that does not end within the grace is settled without it, and keeps its slot until it ends") {
        val room = room(cleanUp = 20.seconds)
        room.time.advance(81.seconds)
        room.said shouldContainExactly listOf("DEADLINE 60.0", "finally 60.0", "Retried long 70.0") +
            listOf("cleaned up 80.0", "next runs 80.0", "Done next 80.0")
    }

    test("at shutdown, and then the task goes back and no other is begun") {
        val room = room()
        room.server.java.close()
        room.said.map { it.substringBeforeLast(" ") } shouldContainExactly
            listOf("SHUTDOWN", "finally", "cleaned up", "Released long")
        room.memory.tasks("default", TaskState.PENDING) shouldHaveSize 2
    }

    test("but what comes to its end all the same has succeeded") {
        val late = room(succeeds = true)
        late.time.advance(61.seconds)
        late.said.take(4).map { it.substringBeforeLast(" ") } shouldContainExactly
            listOf("DEADLINE", "finally", "cleaned up", "Done long")

        val unwanted = room(succeeds = true)
        unwanted.client.cancel("default", "long") shouldBe true
        unwanted.time.advance(1.seconds)
        unwanted.said.take(4).map { it.substringBeforeLast(" ") } shouldContainExactly
            listOf("OPERATOR", "finally", "cleaned up", "Done long")

        val atTheEnd = room(succeeds = true)
        atTheEnd.server.java.close()
        atTheEnd.said.map { it.substringBeforeLast(" ") } shouldContainExactly
            listOf("SHUTDOWN", "finally", "cleaned up", "Done long")
    }
})

/** A server that lives by virtual time as a whole, and has begun its first task. */
private class RoomInTime(cleanUp: Duration, succeeds: Boolean) : AutoCloseable {
    val time: VirtualTime = VirtualTime.startingAt(START)
    val memory: InMemoryBroker = InMemoryBroker.on(time)
    private val story = CancellationStory(memory, "default", cleanUp, succeeds) {
        " ${START.until(time.instant(), ChronoUnit.MILLIS) / 1000.0}"
    }
    val client: TaskClient = TaskClient.of(story.broker, time)
    val said get() = story.said.toList()

    val server = taskServer(story.broker, time.dispatcher) {
        settings { time(time).loopExecutor(time.executor()) }
        with(story) { handlers() }
    }

    init {
        client.enqueueAll(story.tasks())
        server.start()
        time.runDue()
    }

    override fun close() = server.java.close()
}
