package io.asynq4j.interop

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import tools.jackson.databind.JsonNode
import java.time.Instant

/** The comparison that the interoperability tests stand on tells what differs, and only that. */
class DumpTest : FunSpec({
    val at = Instant.parse("2026-11-21T12:00:00Z")

    fun recorded(keys: String, volatile: String = "") = Vectors.parse("""{"keys":[$keys],"volatile":[$volatile]}""")
    fun differences(recorded: JsonNode, vararg ours: Pair<String, String>) = Dump(
        at,
        ours.associate { (key, value) ->
            key to Vectors.parse(value)
        },
    ).differences(recorded).map { it.toString() }

    test("what is equal is not told, and text equals its bytes") {
        val recorded = recorded("""{"key":"k","type":"string","ttl_s":-1,"value":{"utf8":"1"}}""")

        differences(recorded, "k" to """{"type":"string","ttl_s":-1,"value":{"hex":"31"}}""").shouldBeEmpty()
    }

    test("fields that changed, are missing or are too many are told with their path") {
        val recorded = recorded("""{"key":"k","type":"hash","fields":{"a":{"utf8":"1"},"b":{"utf8":"2"}}}""")

        differences(
            recorded,
            "k" to """{"type":"hash","fields":{"a":{"utf8":"3"},"c":{"utf8":"4"}}}""",
        ) shouldContainExactly
            listOf(
                """k /fields/a: recorded {"utf8":"1"}, ours {"utf8":"3"}""",
                """k /fields/b: recorded {"utf8":"2"}, ours nothing""",
                """k /fields/c: recorded nothing, ours {"utf8":"4"}""",
            )
    }

    test("keys that are missing or too many are told") {
        differences(
            recorded("""{"key":"k","type":"set"}"""),
            "l:2026-11-21" to """{"type":"set"}""",
        ) shouldContainExactly
            listOf(
                """k: recorded {"type":"set"}, ours nothing""",
                """l:<utc-date>: recorded nothing, ours {"type":"set"}""",
            )
    }

    test("what later events of a scheduler have left can be put aside, and nothing else") {
        fun event(id: String) = """{"decoded":{"task_id":"$id"}}"""
        val history = "asynq:scheduler_history:x"
        val all = mapOf(
            history to """{"members":[${event("a")},${event("b")},${event("c")}]}""",
            "asynq:{q}:pending" to """{"items":["c","b","other","a"]}""",
            "asynq:{q}:t:b" to "{}",
            "asynq:{q}:t:c" to "{}",
        )

        Dump(at, all.mapValues { Vectors.parse(it.value) }).untilEvent(2).keys shouldBe mapOf(
            history to Vectors.parse("""{"members":[${event("a")},${event("b")}]}"""),
            "asynq:{q}:pending" to Vectors.parse("""{"items":["b","other","a"]}"""),
            "asynq:{q}:t:b" to Vectors.parse("{}"),
        )
    }

    test("a number that varies is held against the time of our dump, within its tolerance") {
        val recorded = recorded(
            """{"key":"k","score":5}""",
            """{"path":"/keys/0/score","kind":"unix_s","offset_s":60,"tolerance_s":5}""",
        )

        differences(recorded, "k" to """{"score":${at.epochSecond + 65}}""").shouldBeEmpty()
        differences(recorded, "k" to """{"score":${at.epochSecond + 66}}""").size shouldBe 1
        differences(recorded, "k" to """{"score":5}""").size shouldBe 1
    }

    test("keys of one template are matched whatever their order") {
        val volatile = (0..1).joinToString(",") {
            """{"path":"/keys/$it/key","kind":"template","template":"t:<uuid>"}"""
        }
        val recorded = recorded("""{"key":"t:1","value":{"utf8":"1"}},{"key":"t:2","value":{"utf8":"2"}}""", volatile)

        differences(
            recorded,
            "t:00000000-0000-4000-8000-000000000000" to """{"value":{"utf8":"2"}}""",
            "t:ffffffff-0000-4000-8000-000000000000" to """{"value":{"utf8":"1"}}""",
        ).shouldBeEmpty()
    }

    test("a deviation explains its difference and no other, and is missed when it does not occur") {
        val wanted =
            Deviation("s/after", "k /ttl_s", Vectors.parse("""{"kind":"ttl_s","value":10,"tolerance_s":1}"""), "W1")
        fun difference(ttl: Int) = Difference("k /ttl_s", json(5), json(ttl))

        unexplained(listOf(difference(11)), listOf(wanted), at).shouldBeEmpty()
        unexplained(listOf(difference(12)), listOf(wanted), at).size shouldBe 2
        unexplained(emptyList(), listOf(wanted), at).single().substringBefore(':') shouldBe "no longer so"
    }
})
