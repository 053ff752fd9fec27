package io.asynq4j.lettuce.campaign

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldExist
import java.nio.file.Path
import kotlin.io.path.div
import kotlin.io.path.writeText

/** A campaign of one plan that has gone well, to be spoiled in one respect. */
private data class Spoiled(
    val plan: Plan,
    val notes: List<String>,
    val places: Map<String, List<String>> = emptyMap(),
    val record: Remains.Record? = null,
    val keys: Set<String> = emptySet(),
    val processed: Long = 1,
    val failed: Long = 0,
    val told: Map<String, String?> = mapOf("a" to null),
    val killedAt: Map<String, Long> = emptyMap(),
) {
    fun objections(ledgers: Path): List<String> {
        (ledgers / "worker").writeText(notes.joinToString("") { "$it\n" })
        val remains = Remains(places, listOfNotNull(record).associateBy { "a" }, keys, processed, failed)
        val starts = mapOf("a" to 5L)
        return Judgement(listOf(plan), told, starts, Verdict.of(ledgers), Aggregates.of(ledgers), killedAt, remains)
            .objections()
    }
}

class JudgementTest : FunSpec({
    val plan = Plan("a", "q", Behaviour.SUCCEEDS)
    val deleted = Spoiled(plan, listOf("5 start a", "5 retried a 0", "6 end a", "7 written a"))
    val completed = deleted.copy(
        plan = plan.copy(kept = true),
        places = mapOf("a" to listOf("q completed")),
        record = Remains.Record("", 0, "a"),
        keys = setOf("asynq:{q}:t:a", "asynq:{q}:completed"),
    )
    val archived = Spoiled(
        plan.copy(behaviour = Behaviour.FAILS, times = 2, maxRetry = 1),
        listOf("5 start a", "5 retried a 0", "6 stopped a", "7 start a", "7 retried a 1", "8 stopped a"),
        mapOf("a" to listOf("q archived")),
        Remains.Record("no luck with a", 1, null),
        setOf("asynq:{q}:t:a", "asynq:{q}:archived"),
        processed = 2,
        failed = 2,
    )
    val aggregated = Spoiled(
        plan.copy(behaviour = Behaviour.JOINS, group = "g"),
        listOf("5 start b", "5 retried b 0", "5 handled b a", "6 end b"),
    )
    val killed = deleted.copy(
        notes = listOf("5 start a", "5 retried a 0"),
        processed = 0,
    )

    mapOf(
        "deleted" to deleted,
        "completed" to completed,
        "archived" to archived,
        "archived for a kill" to archived.copy(
            record = Remains.Record("asynq: task lease expired", 1, null),
            killedAt = mapOf("worker" to 9L),
        ),
        "aggregated" to aggregated,
    ).forEach { (end, well) ->
        test("nothing is wrong with a task that was to be $end, and is") {
            well.objections(tempdir().toPath()).shouldBeEmpty()
        }
    }

    mapOf(
        "was never done" to killed,
        "refused: DuplicateTaskException" to deleted.copy(told = mapOf("a" to "DuplicateTaskException")),
        "a second one was told: null" to deleted.copy(plan = plan.copy(unique = true)),
        "is in [q retry] instead of []" to deleted.copy(places = mapOf("a" to listOf("q retry"))),
        "is in [] instead of [q completed]" to completed.copy(places = emptyMap()),
        "has the result null" to completed.copy(record = Remains.Record("", 0, null)),
        "is archived for asynq: task lease expired instead of no luck with a" to
            archived.copy(record = Remains.Record("asynq: task lease expired", 1, null)),
        "was archived with 0 of 1 retries used" to archived.copy(record = Remains.Record("no luck with a", 0, null)),
        "used 2 retries instead of 1 at once" to
            archived.copy(notes = archived.notes.map { it.replace("7 retried a 1", "7 retried a 2") }),
        "began with 1 retries used" to deleted.copy(notes = listOf("5 start a", "5 retried a 1", "6 end a")),
        "was started 1 ms too soon" to deleted.copy(notes = listOf("4 start a", "4 retried a 0", "6 end a")),
        "twice in worker" to deleted.copy(notes = deleted.notes + listOf("8 start a", "8 retried a 1", "9 end a")),
        "was run by itself" to aggregated.copy(notes = aggregated.notes + listOf("5 start a", "6 end a")),
        "is in no task that was handled" to aggregated.copy(notes = emptyList()),
        "is in several tasks: [b, c]" to
            aggregated.copy(notes = aggregated.notes + listOf("5 start c", "5 handled c a", "6 end c")),
        "b was run, and is no aggregate" to deleted.copy(notes = deleted.notes + listOf("5 start b", "6 end b")),
        "b is left in [q pending]" to deleted.copy(places = mapOf("b" to listOf("q pending"))),
        "asynq:{q}:t:b is left over" to deleted.copy(keys = setOf("asynq:{q}:t:b")),
        "asynq:{q}:t:a is gone" to completed.copy(keys = setOf("asynq:{q}:completed")),
        "processed is 2 instead of 1" to deleted.copy(processed = 2),
        "failed is 1 instead of 0" to deleted.copy(failed = 1),
    ).forEach { (objection, spoiled) ->
        test("it is said of a task: $objection") {
            spoiled.objections(tempdir().toPath()).shouldExist { objection in it }
        }
    }
})
