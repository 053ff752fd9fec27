package io.asynq4j.redis.model

import io.asynq4j.spi.ArchiveLimits
import io.asynq4j.spi.Change
import io.asynq4j.spi.Inspection
import io.asynq4j.spi.Shelf
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskException
import io.asynq4j.task.TaskState
import java.time.Duration
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage

/** What a person looks at, and does by hand. What that is refused with is an answer like others. */
internal sealed interface ByHand : Step {
    fun ask(world: World, inspection: Inspection): CompletionStage<*>

    /** What is changed, if anything is. */
    val change: Change? get() = null

    /**
     * The archive is then brought within the limits that attempts keep here, which are narrower: who settles an attempt that he
     * does not hold may or may not do that.
     */
    override fun on(world: World): Any? = try {
        ask(world, world.broker.inspection()).toCompletableFuture().join().also {
            if (change == Change.ARCHIVE) World.QUEUES.forEach { trim(world, it) }
        }
    } catch (refused: CompletionException) {
        val why = refused.cause as? TaskException ?: throw refused
        "${why.javaClass.simpleName}: ${why.message}"
    }
}

private fun trim(world: World, queue: String) =
    world.broker.trimArchive(queue, ArchiveLimits(3, Duration.ofDays(1)), world.now, Inspection.MOST)

internal data class Place(val queue: String, val state: TaskState, val group: String) {
    val shelf: Shelf get() = if (state == TaskState.AGGREGATING) Shelf.group(queue, group) else Shelf.of(queue, state)
}

internal data class LookQueue(val queue: String) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.queue(queue, world.now).thenApply { it.toString().replace(GROUPS, "") }

    private companion object {
        /** A name may be there before the first member is. */
        val GROUPS = Regex("groups=\\d+, ")
    }
}

internal data class LookTask(val queue: String, val id: Int) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.task(queue, "task-$id", world.now)
}

internal data class ListTasks(val place: Place, val offset: Int, val limit: Int) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.list(place.shelf, offset.toLong(), limit, world.now)
}

/** Begins to list, or goes on with one of the listings; cursors are each broker's own. */
internal data class ListOn(val place: Place, val number: Int, val limit: Int) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> {
        val (shelf, cursor) = world.cursors.at(number) ?: (place.shelf to null)
        return inspection.listFrom(shelf, cursor, limit, world.now).thenApply { listing ->
            world.cursors += shelf to listing.next()
            listing.tasks() to (listing.next() != null)
        }
    }
}

internal data class ChangeTasks(val queue: String, val ids: List<Int>, override val change: Change) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.change(queue, ids.map { "task-$it" }, change, world.now)
}

internal data class ChangeAll(val place: Place, override val change: Change, val limit: Int) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.changeAll(place.shelf, change, limit, world.now)

    /** Whether there is such a thing. */
    val isAllowed get() = runCatching { change.checkFor(place.shelf) }.isSuccess
}

internal data class ReplacePayload(val queue: String, val id: Int, val text: Int, val run: Boolean) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.replacePayload(queue, "task-$id", Payload.ofUtf8("replaced $text"), run, world.now)
}

internal data class PauseByHand(val queue: String, val paused: Boolean) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.pause(queue, paused, world.now)
}

internal data class RemoveQueue(val queue: String, val force: Boolean) : ByHand {
    override fun ask(world: World, inspection: Inspection): CompletionStage<*> =
        inspection.remove(queue, force, Inspection.MOST, world.now)
}
