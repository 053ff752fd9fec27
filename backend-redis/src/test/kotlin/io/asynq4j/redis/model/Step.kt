package io.asynq4j.redis.model

import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.ArchiveLimits
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.GroupTrigger
import io.asynq4j.spi.Grouping.Due
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Placement
import io.asynq4j.spi.ServerInfo
import io.asynq4j.spi.WorkerInfo
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletionStage

/** One thing that somebody does to a broker; what was taken before is named by its number, counted round. */
internal sealed interface Step {
    /** Does it, and tells what the broker answered. */
    fun on(world: World): Any?
}

/** A task to come, in few variants so that they meet. */
internal data class NewTask(
    val id: Int,
    val queue: String = "default",
    val payload: Int = 0,
    val delay: Int = 0,
    val group: String? = null,
    val lock: Int = 0,
    val retention: Int = 0,
) {
    fun placed(now: Instant): Placement {
        var options = Options.defaults().taskId("task-$id").queue(queue)
        if (delay > 0) options = options.processIn(seconds(delay))
        if (lock > 0) options = options.uniqueFor(seconds(lock))
        if (retention > 0) options = options.retention(seconds(retention))
        if (group != null) options = options.group(group)
        return Placement.of(Task.of("type", Payload.ofUtf8("payload $payload")), options, now)
    }
}

internal data class Submit(val tasks: List<NewTask>) : Step {
    override fun on(world: World) = answer(world.broker.submit(tasks.map { it.placed(world.now) })).map {
        when (it) {
            is EnqueueOutcome.Accepted -> "accepted ${it.task}"
            is EnqueueOutcome.Refused -> "refused: ${it.reason.message}"
        }
    }
}

internal data class Fetch(val first: Int, val second: Int, val lease: Int) : Step {
    override fun on(world: World): List<Lease> {
        val attempt = "attempt-${world.attempts.size}".also { world.attempts += it }
        return world.broker.fetch(demand(world, attempt)).also { world.leases += it }
    }

    private fun demand(world: World, attempt: String) = Demand(
        World.QUEUES.zip(listOf(first, second)) { queue, share -> Demand.Share(queue, share) },
        world.now,
        world.now + seconds(lease),
        attempt,
    )
}

internal data class Fetched(val attempt: Int, val lease: Int) : Step {
    override fun on(world: World) = world.attempts.at(attempt)?.let { name ->
        val shares = World.QUEUES.map { Demand.Share(it, 1) }
        val demand = Demand(shares, world.now, world.now + seconds(lease), name)
        world.broker.fetched(demand).inAnyOrder()
    }
}

/** How one of the attempts ends. */
internal data class End(val lease: Int, val how: How, val due: Int) {
    enum class How { DONE, COMPLETED, RETRIED, FAILED_UNCOUNTED, ARCHIVED, SNOOZED, RELEASED }

    fun of(world: World): Ending? = world.leases.at(lease)?.let {
        val at = world.now + seconds(due)
        when (how) {
            How.DONE -> Ending.Done(it)
            How.COMPLETED -> if (it.message().limits().retentionSeconds() > 0) Ending.Completed(it) else Ending.Done(it)
            How.RETRIED -> Ending.Retried(it, at, "failed", true)
            How.FAILED_UNCOUNTED -> Ending.Retried(it, at, "not counted", false)
            How.ARCHIVED -> Ending.Archived(it, "given up", ArchiveLimits(3, Duration.ofDays(1)))
            How.SNOOZED -> Ending.Snoozed(it, at)
            How.RELEASED -> Ending.Released(it)
        }
    }
}

internal data class Settle(val ends: List<End>) : Step {
    override fun on(world: World) = world.broker.settle(ends.mapNotNull { it.of(world) }, world.now)
}

internal data class Recover(val ends: List<End>) : Step {
    override fun on(world: World) = world.broker.recover(ends.mapNotNull { it.of(world) }, world.now, world.now)
}

internal data class Extend(val numbers: List<Int>, val lease: Int) : Step {
    override fun on(world: World) = world.broker.extend(world.leases(numbers), world.now + seconds(lease)).inAnyOrder()
}

internal data class Forward(val queue: String, val limit: Int) : Step {
    override fun on(world: World) = world.broker.forward(queue, world.now, limit)
}

internal data class Expired(val queue: String, val limit: Int) : Step {
    override fun on(world: World) = world.broker.expired(queue, world.now, limit)
}

internal data class DeleteExpired(val queue: String, val limit: Int) : Step {
    override fun on(world: World) = world.broker.deleteExpired(queue, world.now, limit)
}

internal data class TrimArchive(val queue: String, val size: Int, val age: Int, val limit: Int) : Step {
    override fun on(world: World) = world.broker.trimArchive(queue, ArchiveLimits(size, seconds(age)), world.now, limit)
}

internal data class Repair(val queue: String) : Step {
    override fun on(world: World) = world.broker.repair(queue, world.now, 100)
}

internal data class Cancel(val queue: String, val id: Int) : Step {
    override fun on(world: World) = answer(world.broker.cancel(queue, "task-$id"))
}

internal data class Cancelled(val numbers: List<Int>) : Step {
    override fun on(world: World) = world.broker.cancelled(world.leases(numbers)).inAnyOrder()
}

internal data class WriteResult(val lease: Int, val text: Int) : Step {
    override fun on(world: World) =
        world.leases.at(lease)?.let { answer(world.broker.writeResult(it, Payload.ofUtf8("result $text"))) }
}

internal data class Acquire(val scope: Int, val holder: Int, val permits: Int, val until: Int) : Step {
    override fun on(world: World) = answer(
        world.broker.acquirePermit("scope-$scope", "holder-$holder", permits, world.now + seconds(until), world.now),
    )
}

internal data class ReleasePermit(val scope: Int, val holder: Int, val until: Int) : Step {
    override fun on(world: World) =
        answer(world.broker.releasePermit("scope-$scope", "holder-$holder", world.now + seconds(until)))
}

internal data class Trigger(val grace: Int, val delay: Int, val size: Int) {
    val value get() = GroupTrigger(grace.toLong(), delay.toLong(), size)
}

internal data class DueGroups(val queue: String, val trigger: Trigger) : Step {
    override fun on(world: World): Any {
        val page = world.broker.dueGroups(queue, trigger.value, world.now, Due.START, 1_000)
        return Due(page.groups().distinct().sorted(), page.nextDue(), page.cursor())
    }
}

internal data class Stage(val queue: String, val group: String, val trigger: Trigger) : Step {
    override fun on(world: World): Any {
        val set = AggregationSet.of(queue, group, "set-${world.sets.size}", world.now).also { world.sets += it }
        return world.broker.stage(set, trigger.value, world.now)
    }
}

internal data class Members(val set: Int) : Step {
    override fun on(world: World) = world.sets.at(set)?.let { world.broker.members(it, world.now) }
}

/** @property over how many members more than there are is told */
internal data class Finish(val set: Int, val task: NewTask, val over: Int) : Step {
    override fun on(world: World) = world.sets.at(set)?.let {
        val members = world.broker.members(it, world.now).map(List<*>::size).orElse(1)
        world.broker.finish(it, members + over, task.copy(queue = it.queue()).placed(world.now), world.now)
    }
}

internal data class GiveBack(val set: Int) : Step {
    override fun on(world: World) = world.sets.at(set)?.let { world.broker.giveBack(it, world.now) }
}

internal data class Reclaim(val queue: String, val limit: Int) : Step {
    override fun on(world: World) = world.broker.reclaim(queue, world.now, limit)
}

internal data class Sweep(val queue: String) : Step {
    override fun on(world: World) = world.broker.sweep(queue, 100)
}

internal data class Announce(val server: Int, val numbers: List<Int>, val ttl: Int) : Step {
    override fun on(world: World) {
        val workers = world.leases(numbers).distinctBy { it.id() }.map { WorkerInfo(it, world.now, world.now) }
        world.broker.announce(server(server, workers.size), workers, world.now, seconds(ttl))
    }
}

internal data class Leave(val server: Int) : Step {
    override fun on(world: World) = world.broker.leave(server(server, 0))
}

internal data class Pause(val queue: String) : Step {
    override fun on(world: World) = world.fixture.pause(queue)
}

internal data class Unpause(val queue: String) : Step {
    override fun on(world: World) = world.fixture.unpause(queue)
}

internal data class Advance(val by: Int) : Step {
    override fun on(world: World) = world.fixture.advance(seconds(by))
}

private fun server(number: Int, active: Int) = ServerInfo(
    "host", 1, "server-$number", 10,
    mapOf(
        "default" to 2,
    ),
    false, "active", Instant.ofEpochSecond(1_700_000_000), active,
)

/** Sorted, as nobody has promised an order. */
private fun List<Lease>.inAnyOrder() = sortedBy { it.queue() + it.id() + it.attempt() }

private fun seconds(count: Int): Duration = Duration.ofSeconds(count.toLong())

private fun <T> answer(stage: CompletionStage<T>): T = stage.toCompletableFuture().join()
