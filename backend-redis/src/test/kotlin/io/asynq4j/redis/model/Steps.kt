package io.asynq4j.redis.model

import io.asynq4j.spi.Change
import io.asynq4j.task.TaskState
import io.kotest.property.Arb
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.choose
import io.kotest.property.arbitrary.constant
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.filter
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map

/**
 * Random steps. Redis counts lifetimes by its own clock, which goes on while a sequence runs; so the model's time moves by
 * tens of seconds, while locks and servers live for some tens and five.
 */
internal object Steps {
    private val queue = Arb.element("default", "default", "low")
    private val group = Arb.element("g", "g", "h")
    private val number = Arb.int(0..30)
    private val numbers = Arb.list(number, 1..4)
    private val tens = Arb.int(1..6).map { it * 10 }
    private val lifetime = Arb.int(0..6).map { it * 10 + 5 }
    private val limit = Arb.element(1, 2, 100)

    private val task = Arb.bind(
        number,
        queue,
        Arb.int(0..2),
        Arb.element(0, 0, 0, 10, 20, 60),
        Arb.element(null, null, "g", "h"),
        Arb.element(0, 0, 15, 65),
        Arb.element(0, 0, 20),
        ::NewTask,
    )
    private val end = Arb.bind(number, Arb.enum<End.How>(), tens, ::End)
    private val ends = Arb.list(end, 1..5)
    private val trigger =
        Arb.bind(Arb.element(10, 30, 3_600), Arb.element(0, 20, 60), Arb.element(0, 1, 3), ::Trigger)

    private val place = Arb.bind(queue, Arb.enum<TaskState>(), group, ::Place)
    private val change = Arb.enum<Change>()

    private val byHand: Arb<Step> = Arb.choose(
        2 to queue.map(::LookQueue),
        2 to Arb.bind(queue, number, ::LookTask),
        2 to Arb.bind(place, Arb.int(0..3), limit, ::ListTasks),
        4 to Arb.bind(place, number, Arb.element(1, 2, 4), ::ListOn),
        4 to Arb.bind(queue, numbers, change, ::ChangeTasks),
        4 to Arb.bind(place, change, limit, ::ChangeAll).filter { it.isAllowed },
        2 to Arb.bind(queue, number, Arb.int(0..3), Arb.boolean(), ::ReplacePayload),
        2 to Arb.bind(queue, Arb.element(true, false, false), ::PauseByHand),
        1 to Arb.bind(queue, Arb.boolean(), ::RemoveQueue),
    )

    private val step: Arb<Step> = Arb.choose(
        18 to Arb.list(task, 1..6).map(::Submit),
        12 to Arb.bind(Arb.int(0..3), Arb.int(1..3), tens, ::Fetch),
        2 to Arb.bind(number, tens, ::Fetched),
        14 to ends.map(::Settle),
        4 to ends.map(::Recover),
        3 to Arb.bind(numbers, tens, ::Extend),
        5 to Arb.bind(queue, limit, ::Forward),
        3 to Arb.bind(queue, limit, ::Expired),
        3 to Arb.bind(queue, limit, ::DeleteExpired),
        2 to Arb.bind(queue, Arb.int(1..3), tens, limit, ::TrimArchive),
        1 to queue.map(::Repair),
        2 to Arb.bind(queue, number, ::Cancel),
        2 to numbers.map(::Cancelled),
        3 to Arb.bind(number, Arb.int(0..2), ::WriteResult),
        2 to Arb.bind(Arb.int(0..1), Arb.int(0..3), Arb.int(1..2), tens, ::Acquire),
        1 to Arb.bind(Arb.int(0..1), Arb.int(0..3), tens, ::ReleasePermit),
        2 to Arb.bind(queue, trigger, ::DueGroups),
        6 to Arb.bind(queue, group, trigger, ::Stage),
        2 to number.map(::Members),
        4 to Arb.bind(number, task, Arb.element(0, 0, 0, 1), ::Finish),
        2 to number.map(::GiveBack),
        2 to Arb.bind(queue, limit, ::Reclaim),
        1 to queue.map(::Sweep),
        2 to Arb.bind(Arb.int(0..1), numbers, lifetime, ::Announce),
        1 to Arb.int(0..1).map(::Leave),
        1 to queue.map(::Pause),
        2 to queue.map(::Unpause),
        9 to Arb.element(10, 10, 20, 60, 180).map(::Advance),
        16 to byHand,
    )

    /** A life of a broker. */
    val sequence: Arb<List<Step>> = Arb.list(step, 1..60)
}
