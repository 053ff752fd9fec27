package io.asynq4j.testing.contract

import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.time.Duration
import java.time.Instant

internal class InMemoryFixture : BrokerFixture {
    private val time = VirtualTime.startingAt(Instant.parse("2026-11-21T06:00:00Z"))
    private val broker = InMemoryBroker.on(time)

    override fun broker() = broker

    override fun view() = broker

    override fun now(): Instant = time.instant()

    override fun advance(duration: Duration) = time.advance(duration)

    override fun pause(queue: String) = broker.pause(queue)

    override fun unpause(queue: String) = broker.unpause(queue)

    override fun close() = broker.close()
}

class InMemoryBrokerContractTest : FunSpec({
    BrokerContract.cases().forEach { case ->
        test(case.name) { InMemoryFixture().use { case.check(it) } }
    }

    test("every promise is a sentence of its own") {
        BrokerContract.cases().size shouldBeGreaterThan 60
        BrokerContract.cases().map { it.name }.shouldBeUnique()
    }
})
