package io.asynq4j.redis.model

import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Shelf
import io.asynq4j.task.TaskState
import io.asynq4j.testing.contract.BrokerFixture
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneOffset

/** A broker, and what has been taken from it so far. */
internal class World(val fixture: BrokerFixture) {
    val broker get() = fixture.broker()
    val now: Instant get() = fixture.now()
    val leases = mutableListOf<Lease>()
    val sets = mutableListOf<AggregationSet>()
    val attempts = mutableListOf<String>()
    val cursors = mutableListOf<Pair<Shelf, String?>>()

    fun leases(numbers: List<Int>): List<Lease> = numbers.mapNotNull { leases.at(it) }

    /** Everything that people and servers can tell of the broker, a line each. */
    fun seen(): List<String> = buildList {
        val view = fixture.view()
        add("queues ${view.queues().sorted()}")
        for (queue in QUEUES) {
            for (state in TaskState.values()) view.tasks(queue, state).forEach { add("$queue $it") }
            val joined = view.tasks(queue, TaskState.AGGREGATING).mapNotNull { it.task().group().orElse(null) }
            // A name may be there before the first member is.
            add("$queue groups ${view.groups(queue).sorted().filter(joined::contains)}")
            val today = LocalDate.ofInstant(now, ZoneOffset.UTC)
            add("$queue processed ${view.processed(queue)}, ${view.processed(queue, today)} today")
            add("$queue failed ${view.failed(queue)}, ${view.failed(queue, today)} today")
        }
        add("servers ${view.servers().sortedBy { it.serverId() }}")
        add("workers ${view.workers().map { it.lease().id() }.sorted()}")
    }

    companion object {
        val QUEUES = listOf("default", "low")
    }
}

/** The element of that number, counted round; null where there is none. */
internal fun <T> List<T>.at(number: Int): T? = if (isEmpty()) null else this[number % size]
