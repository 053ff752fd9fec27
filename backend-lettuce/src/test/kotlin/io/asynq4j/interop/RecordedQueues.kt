package io.asynq4j.interop

import io.asynq4j.redis.wire.Wire
import io.asynq4j.spi.ArchiveLimits
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Placement
import io.asynq4j.spi.SchedulerInfo
import io.asynq4j.spi.Schedules.Recorded
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskState
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.time.Instant

/**
 * The recorded data set of the inspector, made on any broker by what clients, servers and schedulers do. What nobody does is
 * left out: an active task without a lease, a group without members, and counters of attempts that there were not.
 */
internal class RecordedQueues(private val commands: List<List<JsonNode>>, private val broker: Broker) {
    private val scores = commands.filter { it[0].asString() == "ZADD" }.flatMap { command ->
        command.drop(2).chunked(2).map { (score, member) -> (command[1].asString() to member) to score }
    }.toMap().mapKeys { (place, member) -> place.first to word(place.second).decodeToString() }
        .mapValues { (_, score) -> Instant.ofEpochSecond(score.asString().toLong()) }

    fun fill() {
        val hashes = commands.filter { it[0].asString() == "HSET" && ":t:" in it[1].asString() }.map { command ->
            command.drop(2).chunked(2).associate { (field, value) -> field.asString() to word(value) }
        }
        hashes.filter { it.state != TaskState.PENDING }.forEach(::place)
        hashes.filter { it.state == TaskState.PENDING }.forEach(::place) // or else they would be fetched
        commands.filter { it[0].asString() == "SADD" && it[1].asString() == "asynq:queues" }
            .flatMap { it.drop(2) }.forEach { know(it.asString()) }
        broker.inspection().pause("low", true, Instant.now()).toCompletableFuture().join()
        commands.filter { it[1].asString().startsWith("asynq:servers:") }.forEach(::announceServer)
        commands.filter { it[1].asString().startsWith("asynq:schedulers:") }.forEach(::announceScheduler)
        commands.filter { it[1].asString().startsWith("asynq:scheduler_history:") }.forEach(::recordEvents)
    }

    private val Map<String, ByteArray>.state get() =
        getValue("state").decodeToString().let { word -> TaskState.entries.single { it.word() == word } }

    private fun place(hash: Map<String, ByteArray>) {
        val message = Wire.decode(hash.getValue("msg")).withUniqueKey("")
        when (val state = hash.state) {
            TaskState.PENDING -> {
                val since = hash["pending_since"]?.decodeToString()?.toLong() ?: 0
                submit(message, state, Instant.ofEpochSecond(0, since))
            }

            TaskState.SCHEDULED -> submit(message, state, score(message, state.word()))

            TaskState.AGGREGATING -> submit(message, state, score(message, "g:${message.group()}"))

            else -> attempt(message, state, hash["result"])
        }
    }

    /** What the attempt is to leave must not be there before. */
    private fun attempt(message: TaskMessage, state: TaskState, result: ByteArray?) {
        val then = message.progress()
        val at = Instant.ofEpochSecond(maxOf(then.lastFailedAtUnixSeconds(), then.completedAtUnixSeconds(), 1))
        val retried = if (state == TaskState.RETRY) then.retried() - 1 else then.retried()
        submit(message.withProgress(TaskMessage.Progress(retried, "", 0, 0)), TaskState.PENDING, at)
        val lease = fetch(message, at)
        if (result != null) {
            broker.writeResult(lease, Payload.of(result)).toCompletableFuture().join()
        }
        val ending = when (state) {
            TaskState.RETRY -> Ending.Retried(lease, score(message, "retry"), then.error(), true)
            TaskState.ARCHIVED -> Ending.Archived(lease, then.error(), ArchiveLimits.DEFAULT)
            TaskState.COMPLETED -> Ending.Completed(lease)
            else -> return
        }
        broker.settle(listOf(ending), at)
    }

    private fun fetch(message: TaskMessage, at: Instant): Lease {
        val until = scores["asynq:{${message.queue()}}:lease" to message.id()] ?: at.plusSeconds(30)
        val share = Demand.Share(message.queue(), 1)
        return broker.fetch(Demand(listOf(share), at, until, "attempt-at-${message.id()}")).single()
    }

    private fun submit(message: TaskMessage, state: TaskState, at: Instant) {
        broker.submit(listOf(Placement(message, state, at, null))).toCompletableFuture().join()
            .forEach { it.orThrow() }
    }

    private fun score(message: TaskMessage, set: String) =
        scores.getValue("asynq:{${message.queue()}}:$set" to message.id())

    /** A queue without tasks had one. */
    private fun know(queue: String) {
        val task = TaskMessage.of("t", Payload.none(), Options.defaults().queue(queue).taskId("first"))
        if (queue in broker.inspection().queues().toCompletableFuture().join()) return
        submit(task, TaskState.PENDING, Instant.EPOCH)
        broker.settle(listOf(Ending.Done(fetch(task, Instant.EPOCH))), Instant.EPOCH)
    }

    private fun announceServer(command: List<JsonNode>) {
        val key = command[1].asString()
        val workers = commands.filter { it[1].asString() == key.replace(":servers:", ":workers:") }
            .flatMap { it.drop(2).chunked(2) }.map { (_, bytes) -> Wire.decodeWorker(word(bytes)) }
        val expiry = scores.getValue("asynq:servers" to key)
        living(expiry) { now, ttl -> broker.announce(Wire.decodeServer(word(command[2])), workers, now, ttl) }
    }

    private fun announceScheduler(command: List<JsonNode>) {
        val key = command[1].asString()
        val (host, pid, id) = key.substringAfter('{').removeSuffix("}").split(':')
        val entries = command.drop(2).map { Wire.decodeSchedulerEntry(word(it)) }.reversed() // as the list has them
        val expiry = scores.getValue("asynq:schedulers" to key)
        val self = SchedulerInfo(host, pid.toInt(), id)
        living(expiry) { now, ttl -> broker.announceScheduler(self, entries, now, ttl) }
    }

    /** Nobody can announce that he is gone. */
    private fun living(until: Instant, announce: (Instant, Duration) -> Unit) {
        val now = Instant.now()
        if (until > now) announce(now, Duration.between(now, until))
    }

    private fun recordEvents(command: List<JsonNode>) {
        val entry = command[1].asString().removePrefix("asynq:scheduler_history:")
        command.drop(2).chunked(2).forEach { (_, bytes) ->
            val event = Wire.decodeSchedulerEvent(word(bytes))
            broker.recordEvents(listOf(Recorded(entry, event, Duration.ofDays(36_500))))
        }
    }

    private fun word(argument: JsonNode) = argument.opt("hex")?.asString()?.unhex() ?: argument.asString().toByteArray()
}
