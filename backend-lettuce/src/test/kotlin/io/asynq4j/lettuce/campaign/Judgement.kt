package io.asynq4j.lettuce.campaign

import io.asynq4j.redis.keys.Keys

/**
 * What is wrong with the end of a stress campaign, task by task: each has to be where its plan ends, by what Redis has left
 * and by what its processes swore to have done.
 *
 * What a kill may do, by design, and nothing else may: an attempt that was under way, or fetched and not started, uses up a
 * retry and comes again; if there is none left, the task is archived for that instead of for what its handler would have said.
 * (Five in a row on one task would archive it too; nothing here lets that pass.)
 *
 * @param told what the producer was told of each task, null that it was accepted; of unique ones also of a second one that
 *     came while the first was there, by the id with [SECOND]
 * @param starts when each is to start at the soonest, unix milliseconds
 * @param killedAt when each process was killed that was
 */
internal class Judgement(
    private val plans: List<Plan>,
    private val told: Map<String, String?>,
    private val starts: Map<String, Long>,
    private val verdict: Verdict,
    private val aggregates: Aggregates,
    private val killedAt: Map<String, Long>,
    private val remains: Remains,
) {
    private val byId = plans.associateBy { it.id }

    fun objections(): List<String> = plans.flatMap { plan -> objections(plan).map { "$plan: $it; ${seen(plan.id)}" } } +
        verdict.inexcusable(killedAt) +
        strangers() +
        keys() +
        counters()

    private fun objections(plan: Plan): List<String> = listOfNotNull(
        told[plan.id]?.let { "refused: $it" },
        "a second one was told: ${told[plan.id + SECOND]}"
            .takeIf { plan.unique && told[plan.id + SECOND] != "DuplicateTaskException" },
        place(plan),
        work(plan),
        result(plan),
    ) + times(plan)

    private fun place(plan: Plan): String? {
        val expected = when (plan.end) {
            End.COMPLETED -> listOf("${plan.queue} completed")
            End.ARCHIVED -> listOf("${plan.queue} archived")
            End.DELETED, End.AGGREGATED -> emptyList()
        }
        val found = remains.places[plan.id].orEmpty()
        return "is in $found instead of $expected".takeIf { found != expected }
    }

    private fun work(plan: Plan): String? {
        val runs = verdict.runs[plan.id].orEmpty()
        val done = runs.any { it.endedAtMillis != null }
        return when (plan.end) {
            End.DELETED, End.COMPLETED -> "was never done".takeIf { !done }

            End.ARCHIVED -> if (done) "was done" else error(plan, runs)

            End.AGGREGATED -> when {
                runs.isNotEmpty() -> "was run by itself"
                plan.id in aggregates.doubled -> "is in several tasks: ${aggregates.doubled[plan.id]}"
                aggregates.missing(listOf(plan.id)).isNotEmpty() -> "is in no task that was handled"
                else -> null
            }
        }
    }

    private fun error(plan: Plan, runs: List<Verdict.Run>): String? {
        val error = remains.records[plan.id]?.error
        val lastWasKilled = error == LEASE_EXPIRED && plan.behaviour != Behaviour.SKIPS_RETRY &&
            (runs.isEmpty() || kills(runs.last().startedAtMillis, Long.MAX_VALUE) > 0)
        return "is archived for $error instead of ${plan.error}".takeIf { error != plan.error && !lastWasKilled }
    }

    private fun result(plan: Plan): String? {
        val record = remains.records[plan.id] ?: return null
        return when {
            plan.end == End.COMPLETED && record.result != plan.id -> "has the result ${record.result}"

            plan.end == End.ARCHIVED && plan.behaviour != Behaviour.SKIPS_RETRY && record.retried != plan.maxRetry ->
                "was archived with ${record.retried} of ${plan.maxRetry} retries used"

            else -> null
        }
    }

    /** Not too soon, and each attempt with as many retries used as failures and kills before it come to. */
    private fun times(plan: Plan): List<String> {
        val runs = verdict.runs[plan.id].orEmpty()
        val first = runs.firstOrNull() ?: return emptyList()
        val early = starts.getValue(plan.id) - first.startedAtMillis
        return listOfNotNull(
            "was started $early ms too soon".takeIf { early > 0 && plan.behaviour != Behaviour.SNOOZES },
            "began with ${first.retried} retries used".takeIf { first.retried > kills(0, first.startedAtMillis) },
        ) + runs.zipWithNext().mapNotNull { (run, next) ->
            val used = next.retried - run.retried
            val due = if (run.stoppedAtMillis != null && plan.behaviour == Behaviour.SNOOZES) 0 else 1
            "used $used retries instead of $due at once"
                .takeIf { used < due || used > due + kills(run.startedAtMillis, next.startedAtMillis) }
        }
    }

    private fun kills(fromMillis: Long, toMillis: Long) = killedAt.values.count { it in fromMillis..toMillis }

    /** Tasks that are not of the plan are aggregates that were handled, and gone. */
    private fun strangers(): List<String> {
        val unknown = remains.places.keys.filter { it !in byId }.map { "$it is left in ${remains.places[it]}" }
        return unknown + verdict.runs.filter { (id, _) -> id !in byId }
            .filter { (id, runs) -> id !in aggregates.tasks || runs.none { it.endedAtMillis != null } }
            .map { (id, _) -> "$id was run, and is no aggregate that was handled" }
    }

    private fun keys(): List<String> {
        val left = plans.filter { it.end == End.ARCHIVED || it.end == End.COMPLETED }
        val expected = left.flatMap { plan ->
            val place = if (plan.end == End.ARCHIVED) Keys.archived(plan.queue) else Keys.completed(plan.queue)
            // who archives a task keeps its lock, as asynq does
            val lock = Keys.unique(plan.queue, plan.behaviour.name, plan.id.toByteArray())
                .takeIf { plan.unique && plan.end == End.ARCHIVED }
            listOfNotNull(Keys.task(plan.queue, plan.id), place, lock)
        }.toSet()
        return (remains.keys - expected).map { "$it is left over" } + (expected - remains.keys).map { "$it is gone" }
    }

    /** Every retry and every end was counted once. */
    private fun counters(): List<String> {
        val archived = plans.filter { it.end == End.ARCHIVED }
        val retries = archived.sumOf { remains.records[it.id]?.retried ?: 0 } +
            (verdict.runs - archived.map { it.id }.toSet()).values.sumOf { it.last().retried }
        val ends = archived.size + (verdict.runs.keys - archived.map { it.id }.toSet()).size
        return listOfNotNull(
            "processed is ${remains.processed} instead of ${retries + ends}"
                .takeIf { remains.processed != 0L + retries + ends },
            "failed is ${remains.failed} instead of ${retries + archived.size}"
                .takeIf { remains.failed != 0L + retries + archived.size },
        )
    }

    private fun seen(id: String) = verdict.runs[id].orEmpty().joinToString(prefix = "runs ") {
        "${it.process} ${it.startedAtMillis}..${it.endedAtMillis ?: it.stoppedAtMillis} with ${it.retried} used"
    }

    companion object {
        const val SECOND = "-second"
        private const val LEASE_EXPIRED = "asynq: task lease expired"
    }
}
