package io.asynq4j.samples.quickstart

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private fun parse(vararg words: String) = Arguments.parse(words.toList())

class ArgumentsTest : FunSpec({
    test("without arguments a Redis of its own is meant") {
        parse() shouldBe Arguments(false, null)
    }

    test("a Redis is named by its URI") {
        parse("--redis", "redis://localhost") shouldBe Arguments(false, "redis://localhost")
    }

    test("help is help, whatever else is there") {
        parse("--help") shouldBe Arguments(true, null)
        parse("--redis", "redis://localhost", "--help") shouldBe Arguments(true, null)
    }

    test("what is wrong is told") {
        mapOf(
            listOf("-v") to "unknown argument: -v",
            listOf("redis://localhost") to "unknown argument: redis://localhost",
            listOf("--redis") to "--redis needs a URI",
            listOf("--redis", "--help") to "--redis needs a URI",
            listOf("--redis", "a", "--redis", "b") to "--redis is given twice",
        ).forEach { (words, message) ->
            shouldThrow<IllegalArgumentException> { Arguments.parse(words) }.message shouldBe message
        }
    }
})
