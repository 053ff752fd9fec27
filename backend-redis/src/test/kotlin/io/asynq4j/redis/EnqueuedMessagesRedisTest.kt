package io.asynq4j.redis

import io.asynq4j.client.TaskClient
import io.asynq4j.redis.keys.Keys
import io.asynq4j.redis.wire.RecordedMessage
import io.asynq4j.redis.wire.Wire
import io.asynq4j.redis.wire.fields
import io.asynq4j.redis.wire.has
import io.asynq4j.redis.wire.payload
import io.asynq4j.redis.wire.recorded
import io.asynq4j.redis.wire.text
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.string.shouldMatch
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.time.Instant
import java.time.InstantSource

private val uuid = Regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

/** Enqueues what the Go library was told to, and compares what lies in Redis then. */
class EnqueuedMessagesRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    val enqueued = RecordedMessage.all.filter { it.input != null }
    val wanted = recorded(RecordedMessage::class.java, "deviations.json").get("deviations").values().toList()

    test("every deviation is of a message that is looked at here") {
        enqueued shouldHaveSize 51
        wanted.forEach { it.text("message") shouldBeIn enqueued.map { message -> message.name } }
    }

    enqueued.forEach { recorded ->
        test("${recorded.name} is stored as the Go library stores it, but for what we want to be different") {
            val differences = try {
                val stored = RedisFixture(server).use { stored(it, checkNotNull(recorded.input)) }
                val ours = fields(stored).toMutableMap()
                if (recorded.name == "id_random_uuid") {
                    stored.id() shouldMatch uuid
                    ours["id"] = recorded.fields.getValue("id")
                }
                recorded.fields.keys.filter { ours[it] != recorded.fields[it] }.map { "/fields/$it = ${ours[it]}" }
            } catch (refused: IllegalArgumentException) {
                listOf("/refused = ${refused.message}")
            } catch (refused: ArithmeticException) {
                listOf("/refused = ${refused.message}")
            }
            differences shouldContainExactlyInAnyOrder
                wanted.filter { it.has("message", recorded.name) }
                    .map { "${it.text("path")} = ${it.get("ours").asString()}" }
        }
    }
})

private fun stored(fixture: RedisFixture, input: JsonNode): TaskMessage {
    val task = input.get("task")
    val payload = task.payload("payload")?.let { Payload.of(it) } ?: Payload.none()
    val headers = task.get("headers")?.properties()?.associate { (name, value) -> name to value.stringValue() }
    val options = input.get("options").values().fold(Options.defaults()) { all, one -> all.with(one) }
    val info = TaskClient.of(fixture.broker(), InstantSource.system()).use {
        it.enqueue(Task.of(task.text("type"), payload).with(Options.defaults().headers(headers.orEmpty())), options)
    }
    return Wire.decode(fixture.redis("HGET", Keys.task(info.queue(), info.id()), "msg").bytes())
}

private fun Options.with(option: JsonNode): Options = when (option.text("option")) {
    "TaskID" -> taskId(option.text("id"))
    "Queue" -> queue(option.text("name"))
    "Group" -> group(option.text("name"))
    "MaxRetry" -> maxRetry(Math.toIntExact(option.get("n").longValue()))
    "Timeout" -> timeout(option.duration)
    "Retention" -> retention(option.duration)
    "Unique" -> uniqueFor(option.duration)
    "ProcessIn" -> processIn(option.duration)
    "Deadline" -> deadline(Instant.ofEpochSecond(option.get("unix_s").longValue(), option.path("nanos").longValue(0)))
    else -> error("option $option")
}

private val JsonNode.duration: Duration
    get() = get("ns")?.let { Duration.ofNanos(it.longValue()) } ?: Duration.ofMillis(get("ms").longValue())
