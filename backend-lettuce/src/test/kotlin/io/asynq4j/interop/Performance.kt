package io.asynq4j.interop

import io.asynq4j.client.TaskClient
import io.asynq4j.inspect.Inspector
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.TaskException
import io.asynq4j.task.TaskIdConflictException
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.nondeterministic.eventuallyConfig
import io.kotest.assertions.withClue
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import tools.jackson.databind.JsonNode
import java.time.Instant
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Plays the steps of a scenario on a Redis, with clients and servers of ours. Whoever makes one closes it. */
internal class Performance(private val uri: String, private val redis: RawRedis) : AutoCloseable {
    private val brokers = mutableListOf<Broker>()
    private val clients = mutableMapOf<String, TaskClient>()
    private val inspector by lazy { InspectorCalls(Inspector.of(open())) }
    private val rules = HandlerRules()
    private val aggregator = AggregatorRules()
    private val complaints = Complaints()
    private var server: TaskServer? = null

    private val periodic = PeriodicSteps(::open, redis)
    val scheduleErrors: List<JsonNode> get() = periodic.errors.toList()

    private val listeners = mutableListOf<AutoCloseable>()

    /** What was published on the channels that the scenario listens to. */
    val published: MutableList<JsonNode> = CopyOnWriteArrayList()

    val handlerCalls: List<JsonNode> get() = rules.calls.toList()
    val aggregatorCalls: List<JsonNode> get() = aggregator.calls.toList()

    val errorHandlerCalls: List<JsonNode> get() = complaints.calls.toList()

    /** Does what is to be done, and answers what came of it where there is something to compare. */
    suspend fun perform(step: JsonNode): Seen? {
        if (periodic.perform(step)) {
            return null
        }
        when (val what = step.text("op")) {
            "enqueue" -> return enqueue(step)
            "redis" -> command(step)
            "redis_subscribe" -> listen(step.text("channel"))
            "fill" -> Fill.archive(redis, Instant.now().epochSecond)
            "inspector" -> return inspect(step)
            "server_start" -> start(step)
            "server_stop" -> server!!.quiet()
            "server_shutdown" -> server!!.close()
            "release" -> release()
            "sleep" -> delay(step.long("ms").milliseconds)
            "wait" -> waitUntil(step.get("until"))
            else -> error("no step $what")
        }
        return null
    }

    private fun listen(channel: String) {
        val listening = redis.listen(channel) { published.add(obj("channel" to channel, "message" to it)) }
        listeners += listening
    }

    override fun close() {
        listeners.forEach { it.close() }
        release()
        server?.close()
        periodic.close()
        clients.values.forEach { it.close() }
        brokers.forEach { it.close() }
    }

    private fun release() {
        rules.release()
        aggregator.release()
    }

    private fun enqueue(step: JsonNode): Seen {
        val client = clients.getOrPut(step.opt("client")?.asString().orEmpty()) { TaskClient.of(open()) }
        val outcome = try {
            val input = step.get("task")
            obj("info" to MessageJson.of(client.enqueue(TaskInput.task(input), TaskInput.options(step.opt("options")))))
        } catch (refused: IllegalArgumentException) {
            obj("error" to ErrorKind.of(refused))
        } catch (refused: TaskException) {
            obj("error" to ErrorKind.of(refused))
        }
        return Seen(outcome, Instant.now())
    }

    private fun command(step: JsonNode) {
        val now = Instant.now().epochSecond
        val words = step.get("command").items.map { word ->
            val text = if (word.isObject) null else word.asString()
            val time = text?.let { NOW.matchEntire(it) }?.let { (now + it.groupValues[1].toLong()).toString() }
            (time ?: text)?.toByteArray() ?: word.text("hex").unhex()
        }
        val reply = redis.run(words)
        step.opt("result")?.let { withClue(step) { reply shouldBe it.asString() } } // setups of errors have none
    }

    private fun inspect(step: JsonNode): Seen {
        val outcome = try {
            obj("result" to inspector.call(step.text("call"), step.get("args")))
        } catch (refused: RuntimeException) {
            obj("error" to ErrorKind.of(refused))
        }
        return Seen(outcome, Instant.now())
    }

    private fun start(step: JsonNode) {
        val config = step.get("config")
        rules.follow(step.get("handler").items.single())
        server =
            ServerSetup.server(open(), config, complaints, aggregator).also {
                it.start(ServerSetup.handler(config, rules))
            }
    }

    private fun open(): Broker = LettuceBroker.open(uri).also { brokers += it }

    private suspend fun waitUntil(until: JsonNode) = withClue(until) {
        eventually(PATIENCE) {
            until.opt("handler_calls")?.let { (rules.calls.size >= it.asInt()).shouldBeTrue() }
            until.opt("aggregator_calls")?.let { (aggregator.calls.size >= it.asInt()).shouldBeTrue() }
            until.opt("key_pattern")?.let {
                redis.sync.keys(it.asString()).isNotEmpty() shouldBe until.get("exists").asBoolean()
            }
            until.opt("list_length")?.let {
                (redis.sync.llen(it.text("key")) >= it.long("at_least")).shouldBeTrue()
            }
            until.opt("task_id")?.let { id ->
                val state = redis.sync.hget(
                    "asynq:{${until.text("queue")}}:t:${id.asString()}",
                    "state",
                )?.decodeToString()
                (state ?: "gone") shouldBe until.text("state")
            }
        }
    }

    /** What a step came to, and when. */
    class Seen(val outcome: JsonNode, val at: Instant)

    private companion object {
        val NOW = Regex("<now([+-]\\d+)>")
        val PATIENCE = eventuallyConfig {
            duration = 20.seconds
            interval = 5.milliseconds
        }
    }
}
