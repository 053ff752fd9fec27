package io.asynq4j.lettuce.campaign

import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import java.time.Duration
import java.time.Instant
import kotlin.random.Random

/** How a handler behaves that [Plan] says what of. */
internal enum class Behaviour { SUCCEEDS, FAILS, PANICS, SKIPS_RETRY, OVERRUNS, IS_CANCELLED, SNOOZES, JOINS }

/** Where a task has to be when all is done. */
internal enum class End { DELETED, COMPLETED, ARCHIVED, AGGREGATED }

/**
 * What one task of the stress campaign is to go through. Its handler learns it from the task alone, so that every process
 * knows the same; how far it has come, it knows from the retries used up.
 *
 * @param times how many attempts go wrong, as long as none is lost to a kill, which uses up a retry as well
 */
internal data class Plan(
    val id: String,
    val queue: String,
    val behaviour: Behaviour,
    val times: Int = 0,
    val maxRetry: Int = MANY,
    val kept: Boolean = false,
    val unique: Boolean = false,
    val delayMillis: Long = 0,
    val group: String? = null,
) {
    val end
        get() = when {
            behaviour == Behaviour.JOINS -> End.AGGREGATED
            behaviour == Behaviour.SKIPS_RETRY || times > maxRetry -> End.ARCHIVED
            kept -> End.COMPLETED
            else -> End.DELETED
        }

    /** What is to be written in the record of an archived task. */
    val error get() = if (behaviour == Behaviour.OVERRUNS) "context deadline exceeded" else complaint(id)

    /** The task; it is not to be started before [start], and snoozes until then if that is how it behaves. */
    fun task(start: Instant, id: String = this.id): Task {
        var options = Options.defaults().queue(queue).taskId(id).maxRetry(maxRetry)
        if (kept) options = options.retention(RETENTION)
        if (unique) options = options.uniqueFor(RETENTION).uniqueKey(this.id)
        if (group != null) options = options.group(group)
        if (behaviour == Behaviour.OVERRUNS) options = options.timeout(Duration.ofSeconds(1))
        if (delayMillis > 0 && behaviour != Behaviour.SNOOZES) options = options.processAt(start)
        val text = if (behaviour == Behaviour.JOINS) this.id else "$times ${start.toEpochMilli()}"
        return Task.of(behaviour.name, Payload.ofUtf8(text)).with(options)
    }

    companion object {
        /** More than there are kills that one task can meet, so that none is archived for them. */
        private const val MANY = 25
        val RETENTION: Duration = Duration.ofHours(1)
        val QUEUES = listOf(Field.QUEUE, "second")

        fun complaint(id: String) = "no luck with $id"

        fun draw(number: Int, random: Random): Plan {
            val bare = Plan("t-%05d".format(number), QUEUES.random(random), Behaviour.SUCCEEDS)
            val plan = when (random.nextInt(100)) {
                in 0..39 -> bare
                in 40..51 -> bare.copy(behaviour = Behaviour.FAILS, times = random.nextInt(1, 4))
                in 52..57 -> bare.copy(behaviour = Behaviour.FAILS, times = 3, maxRetry = 2)
                in 58..62 -> bare.copy(behaviour = Behaviour.PANICS, times = 1)
                in 63..66 -> bare.copy(behaviour = Behaviour.SKIPS_RETRY)
                in 67..69 -> bare.copy(behaviour = Behaviour.OVERRUNS, times = 1)
                in 70..71 -> bare.copy(behaviour = Behaviour.OVERRUNS, times = 2, maxRetry = 1)
                in 72..75 -> bare.copy(behaviour = Behaviour.IS_CANCELLED, times = 1)
                in 76..79 -> bare.copy(behaviour = Behaviour.SNOOZES, delayMillis = random.nextLong(500, 1_500))
                else -> bare.copy(behaviour = Behaviour.JOINS, group = "group:${random.nextInt(5)}")
            }
            val kept = plan.behaviour != Behaviour.JOINS && random.nextInt(10) == 0
            return when {
                plan.behaviour == Behaviour.SNOOZES -> plan.copy(kept = kept)

                plan.behaviour == Behaviour.JOINS -> plan.copy(unique = random.nextBoolean())

                // Unique ones are delayed, so that they are there for sure when a second one comes.
                random.nextInt(10) == 0 -> plan.copy(kept = kept, unique = true, delayMillis = 3_000)

                random.nextInt(10) == 0 -> plan.copy(kept = kept, delayMillis = random.nextLong(500, 3_000))

                else -> plan.copy(kept = kept)
            }
        }
    }
}
