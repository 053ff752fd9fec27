package io.asynq4j.lettuce

import io.asynq4j.redis.keys.Keys
import io.asynq4j.redis.wire.Wire
import io.asynq4j.spi.ServerInfo
import io.asynq4j.spi.WorkerInfo
import io.asynq4j.task.TaskState
import io.asynq4j.testing.BrokerView
import io.asynq4j.testing.StoredTask
import io.lettuce.core.Range
import io.lettuce.core.api.sync.RedisCommands
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneOffset

/** What lies in Redis, read by nothing but names of keys and the format of messages. */
internal class RedisView(
    private val redis: RedisCommands<String, ByteArray>,
    private val now: () -> Instant,
) : BrokerView {
    override fun tasks(queue: String, state: TaskState): List<StoredTask> = when (state) {
        TaskState.PENDING -> newestFirst(Keys.pending(queue)).map { stored(queue, it, state, pendingSince(queue, it)) }
        TaskState.ACTIVE -> newestFirst(Keys.active(queue)).map { stored(queue, it, state, leaseUntil(queue, it)) }
        TaskState.SCHEDULED -> timed(queue, Keys.scheduled(queue), state)
        TaskState.RETRY -> timed(queue, Keys.retry(queue), state)
        TaskState.ARCHIVED -> timed(queue, Keys.archived(queue), state)
        TaskState.COMPLETED -> timed(queue, Keys.completed(queue), state)
        TaskState.AGGREGATING -> groups(queue).sorted().flatMap { timed(queue, Keys.group(queue, it), state) }
    }

    override fun groups(queue: String): Set<String> = redis.smembers(Keys.groups(queue)).map { String(it) }.toSet()

    override fun queues(): Set<String> = redis.smembers(Keys.QUEUES).map { String(it) }.toSet()

    override fun servers(): List<ServerInfo> =
        alive(Keys.SERVERS).mapNotNull { redis.get(it) }.map { PresenceRecords.server(it) }

    override fun workers(): List<WorkerInfo> =
        alive(Keys.WORKERS).flatMap { redis.hvals(it) }.map { PresenceRecords.worker(it) }

    override fun processed(queue: String): Long = count(Keys.processed(queue))

    override fun failed(queue: String): Long = count(Keys.failed(queue))

    override fun processed(queue: String, day: LocalDate): Long = count(Keys.processed(queue, day.instant()))

    override fun failed(queue: String, day: LocalDate): Long = count(Keys.failed(queue, day.instant()))

    /** Tasks enter at the head of a list and leave at its end. */
    private fun newestFirst(key: String) = redis.lrange(key, 0, -1).map { String(it) }.reversed()

    private fun timed(queue: String, key: String, state: TaskState) = redis.zrangeWithScores(key, 0, -1).map {
        stored(queue, String(it.value), state, Instant.ofEpochSecond(it.score.toLong()))
    }

    private fun stored(queue: String, id: String, state: TaskState, time: Instant): StoredTask {
        val next = time.takeIf {
            state == TaskState.PENDING || state == TaskState.SCHEDULED || state == TaskState.RETRY
        }
        val hash = redis.hgetall(Keys.task(queue, id))
        check(hash["state"]?.let { String(it) } == state.word()) { "$id is listed as $state and says otherwise" }
        return StoredTask(Wire.decode(hash.getValue("msg")).info(state, next), time)
    }

    /** asynq does not write it when a task is put back. */
    private fun pendingSince(queue: String, id: String): Instant {
        val nanos = redis.hget(Keys.task(queue, id), "pending_since")?.let { String(it).toLong() } ?: return now()
        return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000)
    }

    private fun leaseUntil(queue: String, id: String) =
        Instant.ofEpochSecond(redis.zscore(Keys.lease(queue), id.toByteArray()).toLong())

    private fun alive(key: String): List<String> =
        redis.zrangebyscore(key, Range.from(Range.Boundary.including(now().epochSecond), Range.Boundary.unbounded()))
            .map { String(it) }

    private fun count(key: String) = redis.get(key)?.let { String(it).toLong() } ?: 0

    private fun LocalDate.instant() = atStartOfDay(ZoneOffset.UTC).toInstant()
}
