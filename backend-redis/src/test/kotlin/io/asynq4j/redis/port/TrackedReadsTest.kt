package io.asynq4j.redis.port

import io.asynq4j.redis.command
import io.asynq4j.redis.script
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

class TrackedReadsTest : FunSpec({
    val known = script("return 1", "a")
    val unknown = script("return 2", "b")
    val ok = Reply.Bytes("OK".toByteArray())

    test("before each call Redis is asked to track it") {
        TrackedReads.of(listOf(known, command("GET", "k"))).map { call ->
            listOf(call.command()) + call.args().map { String(it) }
        } shouldBe listOf(
            listOf("CLIENT", "CACHING", "YES"),
            listOf("EVALSHA"),
            listOf("CLIENT", "CACHING", "YES"),
            listOf("GET", "k"),
        )
    }

    test("the answers are those to the calls, and where Redis does not track, that") {
        val refusal = Reply.Failed("NOPERM no", true, null)
        val forgotten = mutableListOf<Script>()

        TrackedReads.answers(
            listOf(known, known),
            listOf(ok, Reply.Int(1), refusal, Reply.Int(2)),
            forgotten::add,
        ) shouldBe listOf(Reply.Int(1), refusal)
        forgotten.shouldBeEmpty()
    }

    test("a script that the server has forgotten goes whole the next time, and no other") {
        val forgotten = mutableListOf<Script>()

        TrackedReads.answers(
            listOf(known, unknown),
            listOf(ok, Reply.Failed("ERR wrong", true, null), ok, Reply.Failed("NOSCRIPT none", true, null)),
            forgotten::add,
        )

        forgotten shouldBe listOf(unknown.script())
    }
})
