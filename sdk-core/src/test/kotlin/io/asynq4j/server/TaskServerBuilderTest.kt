package io.asynq4j.server

import io.asynq4j.handler.ContextKey
import io.asynq4j.spi.Broker
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.reflect.Proxy
import java.time.Duration

/** Describing a server asks nothing of its broker. */
private val silent = Proxy.newProxyInstance(Broker::class.java.classLoader, arrayOf(Broker::class.java)) { _, call, _ ->
    error("$call is not expected")
} as Broker

class TaskServerBuilderTest : FunSpec({
    test("values at the edge are accepted") {
        TaskServer.builder(silent).concurrency(1).queues(mapOf("a" to 1, "b" to Int.MAX_VALUE - 1))
            .checkInterval(Duration.ofNanos(1)).delayedCheckInterval(Duration.ofDays(365))
            .janitorInterval(Duration.ofNanos(1)).janitorBatchSize(1)
            .leaseDuration(Duration.ofSeconds(3)).leaseAllowance(Duration.ZERO)
            .crashLimit(1).archiveLimits(1, Duration.ofSeconds(1)).healthCheckInterval(Duration.ofNanos(1))
            .cancelGrace(Duration.ZERO).shutdownTimeout(Duration.ZERO).build().use {
                it.state() shouldBe ServerState.NEW
            }
    }

    context("what is wrong is refused at once, and the message tells the setting, the rule and the value:") {
        refusals.forEach { (message, set) ->
            test(message) {
                shouldThrow<IllegalArgumentException> { set(TaskServer.builder(silent)) }.message shouldBe message
            }
        }
    }

    context("what is missing is named:") {
        missing.forEach { (name, set) ->
            test(name) { shouldThrow<NullPointerException> { set(TaskServer.builder(silent)) }.message shouldBe name }
        }
        test("broker") {
            shouldThrow<NullPointerException> { TaskServer.builder(nothing()) }.message shouldBe "broker"
        }
    }

    test("queues that were handed in can change without changing the server") {
        val mine = mutableMapOf("a" to 1)
        val builder = TaskServer.builder(silent).queues(mine)
        mine["b"] = 0
        builder.build().use { it.state() shouldBe ServerState.NEW }
    }
})

private val tooLong = Duration.ofDays(366)
private val negative = Duration.ofSeconds(-1)

private val refusals: List<Pair<String, (TaskServerBuilder) -> TaskServerBuilder>> = listOf(
    "concurrency must be at least 1: 0" to { it.concurrency(0) },
    "concurrency must be at least 1: -3" to { it.concurrency(-3) },
    "a server needs at least one queue" to { it.queues(mapOf()) },
    "queue must not be blank: \"\"" to { it.queues(mapOf("" to 1)) },
    "queue must not contain '{' or '}', which mark the hash tag of its keys: \"{a}\"" to
        { it.queues(mapOf("{a}" to 1)) },
    "weight of queue \"x\" must be at least 1: 0" to { it.queues(mapOf("x" to 0)) },
    "weight of queue \"y\" must be at least 1: -1" to { it.queues(mapOf("y" to -1)) },
    "the weights of queues must sum up to at most 2147483647: 2147483648" to
        { it.queues(mapOf("a" to Int.MAX_VALUE, "b" to 1)) },
    "check interval must be more than zero: PT0S" to { it.checkInterval(Duration.ZERO) },
    "check interval must be at most 365 days: PT8784H" to { it.checkInterval(tooLong) },
    "delayed check interval must be more than zero: PT-1S" to { it.delayedCheckInterval(negative) },
    "delayed check interval must be at most 365 days: PT8784H" to { it.delayedCheckInterval(tooLong) },
    "janitor interval must be more than zero: PT0S" to { it.janitorInterval(Duration.ZERO) },
    "janitor interval must be at most 365 days: PT8784H" to { it.janitorInterval(tooLong) },
    "janitor batch size must be at least 1: 0" to { it.janitorBatchSize(0) },
    "lease duration must be at least PT3S: PT2.999S" to { it.leaseDuration(Duration.ofMillis(2999)) },
    "lease duration must be at most 365 days: PT8784H" to { it.leaseDuration(tooLong) },
    "lease allowance must be at least PT0S: PT-1S" to { it.leaseAllowance(negative) },
    "lease allowance must be at most 365 days: PT8784H" to { it.leaseAllowance(tooLong) },
    "archive size must be at least 1: 0" to { it.archiveLimits(0, Duration.ofDays(1)) },
    "archive age must be at least PT1S: PT0.999S" to { it.archiveLimits(1, Duration.ofMillis(999)) },
    "archive age must be at most 36500 days: PT876024H" to { it.archiveLimits(1, Duration.ofDays(36_501)) },
    "health check interval must be more than zero: PT0S" to { it.healthCheckInterval(Duration.ZERO) },
    "health check interval must be at most 365 days: PT8784H" to { it.healthCheckInterval(tooLong) },
    "crash limit must be at least 1: 0" to { it.crashLimit(0) },
    "cancel grace must be at least PT0S: PT-1S" to { it.cancelGrace(negative) },
    "cancel grace must be at most 365 days: PT8784H" to { it.cancelGrace(tooLong) },
    "shutdown timeout must be at least PT0S: PT-1S" to { it.shutdownTimeout(negative) },
    "shutdown timeout must be at most 365 days: PT8784H" to { it.shutdownTimeout(tooLong) },
)

private val missing: List<Pair<String, (TaskServerBuilder) -> TaskServerBuilder>> = listOf(
    "check interval" to { it.checkInterval(nothing()) },
    "delayed check interval" to { it.delayedCheckInterval(nothing()) },
    "janitor interval" to { it.janitorInterval(nothing()) },
    "lease duration" to { it.leaseDuration(nothing()) },
    "lease allowance" to { it.leaseAllowance(nothing()) },
    "cancel grace" to { it.cancelGrace(nothing()) },
    "shutdown timeout" to { it.shutdownTimeout(nothing()) },
    "retry policy" to { it.retryPolicy(nothing()) },
    "isFailure" to { it.isFailure(nothing()) },
    "error handler" to { it.errorHandler(nothing()) },
    "listener" to { it.listener(nothing()) },
    "archive age" to { it.archiveLimits(1, nothing()) },
    "health check" to { it.healthCheck(nothing()) },
    "health check interval" to { it.healthCheckInterval(nothing()) },
    "context key" to { it.contextValue(nothing(), "value") },
    "context value" to { it.contextValue(ContextKey.of("key"), nothing<String>()) },
    "time" to { it.time(nothing()) },
    "handler executor" to { it.handlerExecutor(nothing()) },
    "loop executor" to { it.loopExecutor(nothing()) },
    "random" to { it.random(nothing()) },
)

/** A null where none is allowed, as Java code can pass it. */
@Suppress("UNCHECKED_CAST")
private fun <T> nothing(): T = null as T
