package io.asynq4j.redis

import io.asynq4j.redis.keys.Keys
import io.asynq4j.redis.port.Reply
import io.asynq4j.redis.wire.Wire
import io.asynq4j.spi.SchedulerEntry
import io.asynq4j.spi.SchedulerEvent
import io.asynq4j.spi.ServerInfo
import io.asynq4j.spi.WorkerInfo
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskState
import io.asynq4j.testing.BrokerView
import io.asynq4j.testing.StoredTask
import java.time.Instant
import java.time.LocalDate

/** What lies in Redis, read key by key and not through the broker under test. */
internal class RedisView(private val redis: RawRedis) : BrokerView {
    override fun tasks(queue: String, state: TaskState): List<StoredTask> = when (state) {
        TaskState.PENDING -> list(Keys.pending(queue)).map { stored(queue, it, state, pendingSince(queue, it)) }

        TaskState.ACTIVE -> list(Keys.active(queue)).map {
            stored(queue, it, state, instant(redis("ZSCORE", Keys.lease(queue), it).text()))
        }

        TaskState.AGGREGATING -> groupKeys(queue).sorted().flatMap { sorted(queue, it, state) }

        else -> sorted(queue, Keys.prefix(queue) + state.word(), state)
    }

    override fun groups(queue: String) = set(Keys.groups(queue))

    override fun queues() = set(Keys.QUEUES)

    override fun servers(): List<ServerInfo> = set(redis("ZRANGE", Keys.SERVERS, 0, -1))
        .map { redis("GET", it) }
        .filterNot { it.isNil }
        .map { Wire.decodeServer(it.bytes()) }

    override fun workers(): List<WorkerInfo> = set(redis("ZRANGE", Keys.WORKERS, 0, -1))
        .flatMap { redis("HVALS", it).items() }
        .map { Wire.decodeWorker(it.bytes()) }

    override fun schedulerEntries(): List<SchedulerEntry> = set(redis("ZRANGE", Keys.SCHEDULERS, 0, -1))
        .flatMap { redis("LRANGE", it, 0, -1).items().reversed() }
        .map { Wire.decodeSchedulerEntry(it.bytes()) }

    override fun schedulerEvents(entryId: String): List<SchedulerEvent> =
        redis("ZRANGE", Keys.schedulerHistory(entryId), 0, -1).items().map { Wire.decodeSchedulerEvent(it.bytes()) }

    override fun processed(queue: String) = count(Keys.processed(queue))

    override fun failed(queue: String) = count(Keys.failed(queue))

    override fun processed(queue: String, day: LocalDate) = count(Keys.processed(queue) + ":$day")

    override fun failed(queue: String, day: LocalDate) = count(Keys.failed(queue) + ":$day")

    private fun sorted(queue: String, key: String, state: TaskState) =
        redis("ZRANGE", key, 0, -1, "WITHSCORES").items().chunked(2).map { (id, score) ->
            stored(queue, id.text(), state, instant(score.text()))
        }

    private fun stored(queue: String, id: String, state: TaskState, time: Instant): StoredTask {
        val task = Keys.task(queue, id)
        check(redis("HGET", task, "state").text() == state.word()) { "$task is not ${state.word()} by its own word" }
        val next = time.takeIf { state in setOf(TaskState.PENDING, TaskState.SCHEDULED, TaskState.RETRY) }
        val result = redis("HGET", task, "result")
        return StoredTask(
            Wire.decode(redis("HGET", task, "msg").bytes()).info(state, next),
            time,
            if (result.isNil) null else Payload.of(result.bytes()),
        )
    }

    private fun pendingSince(queue: String, id: String): Instant {
        val nanos = redis("HGET", Keys.task(queue, id), "pending_since").text().toLong()
        return Instant.ofEpochSecond(0, nanos)
    }

    private fun instant(score: String): Instant = Instant.ofEpochSecond(score.toLong())

    private fun groupKeys(queue: String) = redis("KEYS", "*").items().map { it.text() }
        .filter { it.startsWith(Keys.groupPrefix(queue)) }
        .minus(set(redis("ZRANGE", Keys.aggregationSets(queue), 0, -1)))

    /** The oldest first: it is on the right. */
    private fun list(key: String) = redis("LRANGE", key, 0, -1).items().map { it.text() }.reversed()

    private fun set(key: String) = set(redis("SMEMBERS", key))

    private fun set(reply: Reply) = reply.items().map { it.text() }.toSet()

    private fun count(key: String) = redis("GET", key).let { if (it.isNil) 0 else it.text().toLong() }
}
