package io.asynq4j.interop

import io.asynq4j.inspect.Inspector
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import tools.jackson.databind.JsonNode
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneOffset

/**
 * What the Go library's inspector tells of a recorded Redis, ours tells of it, call for call, but for the lines of
 * `deviations.json`; and looking at it has changed nothing.
 */
class InspectorInteropTest : FunSpec({
    val vectors = Vectors.read("inspector.json")
    val deviations = Deviation.of("inspector")
    val server = RedisForTests.start()
    val raw = RawRedis(server.uri())
    val broker = LettuceBroker.open(server.uri())
    val calls = InspectorCalls(Inspector.of(broker))
    afterSpec { listOf(broker, raw, server).forEach { it.close() } }

    vectors.get("fixture").get("commands").items.forEach { command ->
        raw.run(command.items.map(::word))
    }
    val before = everything(raw)

    test("deviations.json speaks of recorded calls") {
        val recorded = vectors.get("calls").items.map { it.title } + vectors.get("paging").items.map { it.title }
        (deviations.keys - recorded.toSet()).shouldBeEmpty()
    }

    vectors.get("calls").items.forEach { call ->
        test(call.title) {
            val ours = answer(call.opt("error") != null) { calls.call(call.text("call"), call.get("args")) }
            val recorded = call.opt("error")?.let { obj("error" to ErrorKind.of(it)) }
                ?: obj("result" to call.get("result"))
            val now = Instant.now()
            val differences = Comparison.of(call.opt("volatile"), now).differences("", sorted(call, recorded), ours)
            unexplained(differences, deviations[call.title].orEmpty(), now).joinToString("\n") shouldBe ""
        }
    }

    vectors.get("paging").items.forEach { page ->
        test(page.title) {
            val ours = answer(false) { calls.call(page.text("call"), page) }
            val ids = ours.opt("result")?.let { list -> obj("result" to list.items.map { it.get("id") }) } ?: ours
            val now = Instant.now()
            val differences =
                Comparison(emptyMap(), now).differences("", obj("result" to page.get("ids")), ids)
            unexplained(differences, deviations[page.title].orEmpty(), now).joinToString("\n") shouldBe ""
        }
    }

    test("looking has changed nothing") {
        everything(raw) shouldBe before
    }
})

private fun word(argument: JsonNode): ByteArray = argument.opt("hex")?.asString()?.unhex()
    ?: DAY.replace(argument.asString()) {
        LocalDate.now(ZoneOffset.UTC).minusDays(it.groupValues[1].toLong()).toString()
    }.toByteArray()

/** All that Redis holds, as it would go to another one; lists and sets in whatever form they are kept. */
private fun everything(redis: RawRedis): Map<String, String> =
    redis.sync.keys("*").associateWith { key -> redis.sync.dump(key).hex() }

private val DAY = Regex("<utc-date-(\\d+)>")
