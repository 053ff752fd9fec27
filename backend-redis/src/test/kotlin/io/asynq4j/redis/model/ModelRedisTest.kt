package io.asynq4j.redis.model

import io.asynq4j.redis.RedisFixture
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.asynq4j.testing.contract.BrokerFixture
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.common.ExperimentalKotest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.PropTestConfig
import io.kotest.property.checkAll
import java.time.Duration
import java.time.Instant

@OptIn(ExperimentalKotest::class)
class ModelRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    val sequences = Integer.getInteger("model.sequences", 100)
    val seed = java.lang.Long.getLong("model.seed", 4)

    test("whatever is done to it, Redis holds and answers what the broker in memory does") {
        var steps = 0
        checkAll(PropTestConfig(seed = seed, iterations = sequences), Steps.sequence) { sequence ->
            RedisFixture(server).use { redis ->
                InMemory(redis.now()).use { memory -> steps += alike(World(redis), World(memory), sequence) }
            }
        }
        println("model: $sequences sequences, $steps steps, seed $seed")
    }
})

/** Does all of it to both; answers how many steps that were. */
private fun alike(redis: World, memory: World, sequence: List<Step>): Int {
    sequence.forEachIndexed { at, step ->
        withClue("step $at, $step, of:\n${sequence.joinToString("\n")}\n") {
            outcome(step, redis) shouldBe outcome(step, memory)
            val there = redis.seen()
            val here = memory.seen()
            there - here.toSet() shouldBe here - there.toSet() // first, as it shows no more than the difference
            there shouldBe here
        }
    }
    return sequence.size
}

/** What the broker answered, but for the names of locks, which each broker chooses. */
private fun outcome(step: Step, world: World) = step.on(world).toString().replace(LOCK, "uniqueKey=a lock")

private val LOCK = Regex("uniqueKey=[^,]+")

private class InMemory(start: Instant) : BrokerFixture {
    private val time = VirtualTime.startingAt(start)
    private val broker = InMemoryBroker.on(time)

    override fun broker() = broker

    override fun view() = broker

    override fun now(): Instant = time.instant()

    override fun advance(duration: Duration) = time.advance(duration)

    override fun pause(queue: String) = broker.pause(queue)

    override fun unpause(queue: String) = broker.unpause(queue)

    override fun close() = broker.close()
}
