package io.asynq4j.interop

import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

/**
 * What the Go library leaves in Redis after 173 recorded scenarios is what we leave there, field for field, but for the
 * lines of `deviations.json`; scenarios that need a part that is not built are in `not-built.json`.
 */
class RedisStatesInteropTest : FunSpec({
    val scenarios = Scenario.all()
    val deviations = Deviation.of("redis-states")

    val server = lazy { RedisForTests.start() }
    val raw = lazy { RawRedis(server.value.uri()) }
    afterSpec {
        if (raw.isInitialized()) raw.value.close()
        if (server.isInitialized()) server.value.close()
    }

    test("not-built.json names exactly the scenarios that need a part which is not built") {
        scenarios.associate { it.name to NotBuilt.partsOf(it) }.filterValues { it.isNotEmpty() } shouldBe
            NotBuilt.scenarios
    }

    test("not-built.json names exactly the observations that nobody can make yet") {
        val seen = scenarios.filter { NotBuilt.partsOf(it).isEmpty() }.flatMap { it.observed.keys }.toSet()
        val looked =
            setOf("handler_calls", "aggregator_calls", "error_handler_calls", "published", "post_enqueue_errors_first")
        seen - looked shouldBe NotBuilt.observations.keys
    }

    test("deviations.json speaks of scenarios that run") {
        val running = scenarios.map { it.name } - NotBuilt.scenarios.keys
        (deviations.keys.map { it.substringBefore('/') } - running.toSet()).shouldBeEmpty()
    }

    scenarios.filter { NotBuilt.partsOf(it).isEmpty() }.forEach { scenario ->
        test(scenario.name) {
            raw.value.sync.flushall()
            val found = Performance(server.value.uri(), raw.value).use {
                Review(it, raw.value, deviations).of(scenario)
            }
            found.joinToString("\n") shouldBe "" // all of them, readable
        }
    }
})
