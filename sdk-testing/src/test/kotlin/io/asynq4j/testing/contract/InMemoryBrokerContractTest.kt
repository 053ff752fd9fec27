package io.asynq4j.testing.contract

import io.asynq4j.spi.Broker
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Modifier
import java.lang.reflect.Proxy
import java.time.Duration
import java.time.Instant

internal class InMemoryFixture(private val around: (Broker) -> Broker = { it }) : BrokerFixture {
    private val time = VirtualTime.startingAt(Instant.parse("2026-11-21T06:00:00Z"))
    private val broker = InMemoryBroker.on(time)

    override fun broker() = around(broker)

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

    test("there is a case for every operation of a broker") {
        val used = mutableSetOf<String>()
        BrokerContract.cases().forEach { case -> InMemoryFixture { listening(it, used) }.use { case.check(it) } }
        val operations = Broker::class.java.methods.filter { Modifier.isAbstract(it.modifiers) }.map { it.name }.toSet()
        (operations - used - NOT_PROMISED).shouldBeEmpty()
    }
})

/** Tells how to call the broker. */
private val NOT_PROMISED = setOf("blocking")

/** The broker, where the names of the operations that are used are put into [used]. */
private fun listening(broker: Broker, used: MutableSet<String>): Broker = Proxy.newProxyInstance(
    Broker::class.java.classLoader,
    arrayOf(Broker::class.java),
) { _, method, arguments ->
    used += method.name
    try {
        method.invoke(broker, *(arguments ?: emptyArray()))
    } catch (failed: InvocationTargetException) {
        throw failed.targetException
    }
} as Broker
