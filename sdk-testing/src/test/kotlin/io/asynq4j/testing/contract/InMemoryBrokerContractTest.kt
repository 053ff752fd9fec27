package io.asynq4j.testing.contract

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Examination
import io.asynq4j.spi.Inspection
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
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
        val roles = listOf(Broker::class.java, Inspection::class.java, Examination::class.java)
        val operations = roles.flatMap {
            it.methods.toList()
        }.filter { Modifier.isAbstract(it.modifiers) }.map(::nameOf)
        (operations.toSet() - used - NOT_PROMISED).shouldBeEmpty()
    }
})

/** Tells how to call the broker. */
private val NOT_PROMISED = setOf("Broker.blocking")

/** The broker, where the names of the operations that are used are put into [used]. */
private fun listening(broker: Broker, used: MutableSet<String>): Broker = listening(Broker::class.java, broker, used)

private fun <T : Any> listening(role: Class<T>, real: T, used: MutableSet<String>): T = role.cast(
    Proxy.newProxyInstance(role.classLoader, arrayOf(role)) { _, method, arguments ->
        used += nameOf(method)
        try {
            val answer = method.invoke(real, *(arguments ?: emptyArray()))
            when (answer) {
                is Inspection -> listening(Inspection::class.java, answer, used)
                is Examination -> listening(Examination::class.java, answer, used)
                else -> answer
            }
        } catch (failed: InvocationTargetException) {
            throw failed.targetException
        }
    },
)

/** With its role, since several have operations of the same name. */
private fun nameOf(operation: Method): String {
    val role = operation.declaringClass.simpleName.takeIf { it == "Inspection" || it == "Examination" }
    return "${role ?: "Broker"}.${operation.name}"
}
