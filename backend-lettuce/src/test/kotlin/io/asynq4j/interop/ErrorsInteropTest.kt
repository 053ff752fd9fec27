package io.asynq4j.interop

import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import tools.jackson.databind.JsonNode
import java.time.Instant

/**
 * Invalid and unusual calls come to the same kind of outcome as recorded of the Go library, but for the lines of
 * `deviations.json`. Texts are ours, and tested where they are made.
 */
class ErrorsInteropTest : FunSpec({
    val cases = Vectors.read("errors.json").get("cases").items
    val deviations = Deviation.of("errors")
    val apart = Vectors.read("deviations.json").get("errors-apart").fields.mapValues { it.value.asString() }

    val server = lazy { RedisForTests.start() }
    val raw = lazy { RawRedis(server.value.uri()) }
    val calls = lazy { ErrorCases(server.value.uri(), raw.value) }
    afterSpec {
        listOf(calls, raw, server).filter { it.isInitialized() }.forEach { it.value.close() }
    }

    test("deviations.json and not-built.json speak of recorded cases") {
        val places = cases.flatMap {
            listOf(it.name, it.text("api"), it.text("api").substringBefore('.') + ".*")
        }.toSet()
        (deviations.keys + apart.keys + NotBuilt.errors.keys).filterNot { it in places }.shouldBeEmpty()
    }

    cases.filterNot { it.isIn(NotBuilt.errors.keys) || it.isIn(apart.keys) }.forEach { case ->
        test(case.name) {
            val ours = calls.value.outcome(case)
            unexplained(differences(case, ours), deviations[case.name].orEmpty(), Instant.now())
                .joinToString("\n") shouldBe ""
        }
    }
})

private val JsonNode.name get() = "${text("api")}: ${text("case")}"

private fun JsonNode.isIn(places: Set<String>) =
    name in places || text("api") in places || text("api").substringBefore('.') + ".*" in places

/** The kind of outcome is the contract, and of a result what the recording holds of it. */
private fun differences(case: JsonNode, ours: JsonNode): List<Difference> {
    val compare = Comparison(emptyMap(), Instant.now())
    val outcome = case.text("outcome").replace("panic", "error") // a programming error is an exception like others
    val kind = case.opt("error")?.let(ErrorKind::of).takeIf { outcome == "error" && ours.has("kind") }
    return compare.differences("outcome", json(outcome), ours.get("outcome")) +
        kind?.let { compare.differences("kind", json(it), ours.get("kind")) }.orEmpty() +
        case.opt("result")?.fields.orEmpty().filter { ours.opt("result") != null }
            .flatMap { (name, value) -> compare.differences("result/$name", value, ours.get("result").get(name)) } +
        case.opt("result")?.takeUnless { it.isObject || ours.opt("result") == null }
            ?.let { compare.differences("result", it, ours.get("result")) }.orEmpty()
}
