package io.asynq4j.samples.quickstart

import io.asynq4j.samples.Output
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith

private class Run(vararg args: String) {
    val out = Output()
    val err = Output()
    val code = Quickstart.run(args.toList(), out.stream, err.stream)
}

/** The program as it is started from the command line. */
class QuickstartRedisTest : FunSpec({
    test("the main job on a Redis that is given, from the file to the summary") {
        RedisForTests.start().use { redis ->
            val run = Run("--redis", redis.uri())
            run.err.lines() shouldBe emptyList()
            run.out.lines().first() shouldBe "Tasks in   the Redis that --redis names"
            run.out.text() shouldContain Regex(
                """
                |accepted +948
                |refused +23
                |duplicates +30
                |sent +948
                |retried +147
                |archived +0
                |Checked +948 messages have arrived: one for each accepted task, and no other
                """.trimMargin(),
            )
            run.code shouldBe 0
        }
    }

    test("without a Redis that is given one is started, or else the fallback is told") {
        Backend.own().use { it.broker.ping() }
        Backend.own().use { it.description } shouldStartWith "a Redis of its own at redis://127.0.0.1:"
    }

    test("a Redis where nothing listens is told in one line") {
        val gone = RedisForTests.start().use { it.uri() }
        val run = Run("--redis", gone)
        run.code shouldBe 1
        run.err.lines() shouldHaveSize 1
        run.err.text() shouldStartWith "--redis: "
        run.err.text() shouldContain gone.removePrefix("redis://")
    }

    test("a wrong password is told in one line, without the password") {
        RedisForTests.start("--requirepass", "right-one").use { redis ->
            val run = Run("--redis", redis.uri().replace("redis://", "redis://:wrong-one@"))
            run.code shouldBe 1
            run.err.lines() shouldHaveSize 1
            run.err.text() shouldContain "WRONGPASS"
            run.err.text() shouldNotContain "wrong-one"
        }
    }

    test("a URI that is none is told in one line") {
        val run = Run("--redis", "http://localhost")
        run.code shouldBe 1
        run.err.lines() shouldHaveSize 1
        run.err.text() shouldStartWith "--redis: "
    }

    test("wrong arguments are told with the usage") {
        val run = Run("--verbose")
        run.code shouldBe 2
        run.err.lines().first() shouldBe "unknown argument: --verbose"
        run.err.text() shouldContain "usage: quickstart [--redis URI]"
        run.out.text() shouldBe ""
    }

    test("help is the usage") {
        val run = Run("--help")
        run.code shouldBe 0
        run.out.text() shouldStartWith "usage: quickstart [--redis URI]"
    }
})
