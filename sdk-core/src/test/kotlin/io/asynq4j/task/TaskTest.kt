package io.asynq4j.task

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

class TaskTest : FunSpec({
    test("blank types are refused, blank as Unicode means it") {
        mapOf(
            "" to "task type must not be blank: \"\"",
            " \t\n" to "task type must not be blank: \" \t\n\"",
            "\u00a0" to "task type must not be blank: \"\u00a0\"",
            "\u3000" to "task type must not be blank: \"\u3000\"",
        ).forEach { (type, message) ->
            shouldThrow<IllegalArgumentException> { Task.of(type) }.message shouldBe message
        }
    }

    test("other odd types are accepted, and nothing is trimmed") {
        listOf("\u200b", " t ", "a:b:c", "送信").forEach { Task.of(it).type shouldBe it }
    }

    test("a type that is too long, or no Unicode text, is refused") {
        shouldThrow<IllegalArgumentException> { Task.of("t".repeat(1025)) }.message shouldBe
            "task type must have at most 1024 characters, not 1025: \"${"t".repeat(64)}…\""
        shouldThrow<IllegalArgumentException> { Task.of("\udc00") }.message shouldBe
            "task type must be valid Unicode text (it holds half of a surrogate pair): \"\udc00\""
    }

    test("a task of others may break our rules, and is refused when it is to be stored") {
        val long = Task("t".repeat(2_000), Payload.none(), mapOf("h".repeat(2_000) to "v"), Options.defaults())
        shouldThrow<IllegalArgumentException> { long.resolve(Options.defaults()) }.message shouldBe
            "task type must have at most 1024 characters, not 2000: \"${"t".repeat(64)}…\""
        val header = Task("t", Payload.none(), mapOf("h".repeat(2_000) to "v"), Options.defaults())
        shouldThrow<IllegalArgumentException> { header.resolve(Options.defaults()) }.message shouldBe
            "header name must have at most 1024 characters, not 2000: \"${"h".repeat(64)}…\""
    }

    test("a task without options and headers leaves all to the call") {
        val call = Options.defaults().queue("q").header("k", "v")
        Task.of("t").resolve(call) shouldBe call
        Task.of("t").resolve(Options.defaults()) shouldBe Options.defaults()
    }

    test("headers of the task come before those of its options and of the call") {
        val task = Task("t", Payload.none(), mapOf("a" to "task", "b" to "task"), Options.defaults().header("b", "own"))
        val headers = task.resolve(Options.defaults().header("c", "call")).headers()
        headers shouldBe mapOf("a" to "task", "b" to "own", "c" to "call")
        headers.keys.toList() shouldContainExactly listOf("a", "b", "c")
    }

    test("headers that were handed in can change without changing the task") {
        val mine = mutableMapOf("k" to "v")
        val task = Task("t", Payload.none(), mine, Options.defaults())
        mine.clear()
        task.headers shouldBe mapOf("k" to "v")
    }

    test("its text does not tell the payload") {
        Task.of("t", Payload.ofUtf8("secret")).toString() shouldBe
            "Task[type=t, payload=Payload[6 bytes], headers={}, options=Options{}]"
    }
})
