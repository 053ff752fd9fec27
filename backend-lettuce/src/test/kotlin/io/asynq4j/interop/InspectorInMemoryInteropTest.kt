package io.asynq4j.interop

import io.asynq4j.inspect.Inspector
import io.asynq4j.testing.InMemoryBroker
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import tools.jackson.databind.JsonNode
import java.time.Instant

/**
 * What the Go library's inspector tells of a recorded Redis, ours tells of a broker in memory that holds the same, call for
 * call, as far as one can come to hold that.
 */
class InspectorInMemoryInteropTest : FunSpec({
    val vectors = Vectors.read("inspector.json")
    val deviations = Deviation.of("inspector")
    val broker = InMemoryBroker.create()
    val calls = InspectorCalls(Inspector.of(broker))
    afterSpec { broker.close() }

    RecordedQueues(vectors.get("fixture").get("commands").items.map { it.items }, broker).fill()

    val comparable = vectors.get("calls").items.filterNot { it.text("call") == "History" }
    comparable.forEach { call ->
        test(call.title) {
            val ours = answer(call.opt("error") != null) { calls.call(call.text("call"), call.get("args")) }
            val recorded = call.opt("error")?.let { obj("error" to ErrorKind.of(it)) }
                ?: obj("result" to call.get("result"))
            val now = Instant.now()
            val differences = Comparison.of(call.opt("volatile"), now)
                .differences("", possible(sorted(call, recorded)), possible(ours))
            val wanted = deviations[call.title].orEmpty().filterNot { it.path == "/result/2/is_orphaned" }
            unexplained(differences, wanted, now).joinToString("\n") shouldBe ""
        }
    }

    test("all calls but those for counters by day are compared") {
        comparable shouldHaveSize vectors.get("calls").items.size - 5
    }

    vectors.get("paging").items.forEach { page ->
        test(page.title) {
            val ours = answer(false) { calls.call(page.text("call"), page) }
            val ids = ours.opt("result")?.let { list -> obj("result" to list.items.map { it.get("id") }) } ?: ours
            val now = Instant.now()
            val differences = Comparison(emptyMap(), now).differences("", obj("result" to page.get("ids")), ids)
            unexplained(differences, deviations[page.title].orEmpty(), now).joinToString("\n") shouldBe ""
        }
    }
})

/**
 * What counts attempts and bytes, or includes a task or group that nobody can make, and how long a queue has waited. A server
 * makes its queues known, as `critical`.
 */
private val NOT_MADE = setOf(
    "memory_usage", "processed", "failed", "processed_total", "failed_total", "active", "size", "groups", "latency_ms",
)

private fun possible(answer: JsonNode): JsonNode {
    val result = answer.opt("result") ?: return answer
    return obj(
        "result" to when {
            result.isArray -> result.items.filterNot {
                it.opt("id")?.asString() == "a3" || it.opt("group")?.asString() == "ghost" ||
                    it == json("critical")
            }

            result.has("memory_usage") -> json(result.fields - NOT_MADE)

            else -> result
        },
    )
}
