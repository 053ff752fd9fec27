package io.asynq4j.benchmarks

import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.throwable.shouldHaveMessage

private const val N = 500

class BenchTest : FunSpec({
    val redis = RedisForTests.start()
    afterSpec { redis.close() }
    val latencies = tempfile()

    listOf("lettuce", "jedis").forEach { driver ->
        listOf("seq", "par", "rate", "sched").forEach { mode ->
            test("what is produced with $mode over $driver is worked off, each task once") {
                val address = "${redis.host()}:${redis.port()}"
                val worker = Adaptor(
                    driver, "work", "--redis", address, "--n", "$N", "--concurrency", "10", "--sleep-ms", "1",
                    "--lat-out", latencies.path,
                )
                val producer = Adaptor(
                    driver, "produce", "--redis", address, "--n", "$N", "--mode", mode, "--delay-ms", "1000",
                )
                worker.says("""{"event":"ready"}""")
                producer.says("""{"event":"ready"}""")
                producer.go()
                producer.said() shouldStartWith """{"event":"done","t0_us":"""
                worker.go()
                // the last handler may have returned before the thread that started the server can say so
                List(2) { worker.said().substringBefore(""","t0_us":""") } shouldContainExactlyInAnyOrder
                    listOf("""{"event":"started"}""", """{"event":"done"""")
                worker.go()
                worker.says("""{"event":"bye","n":$N}""")
                producer.go()
                producer.ends()
                worker.ends()
                val late = latencies.readLines().map { it.toLong() }
                late shouldHaveSize N
                late.min() shouldBeGreaterThanOrEqual 0
            }
        }
    }

    test("a payload is as long as was asked for, and tells its time") {
        Payloads.of(1_234_567, 3, 100).size() shouldBe 100
        Payloads.micros(Payloads.of(1_234_567, 3, 100)) shouldBe 1_234_567
        Payloads.of(1, 2, 100).utf8() shouldStartWith """{"t":1,"i":2,"pad":"xxx"""
    }

    test("flags that cannot be are refused with the rule") {
        shouldThrow<IllegalArgumentException> { Flags.of(arrayOf()) } shouldHaveMessage
            "expected produce, work, scale or serve, and then flags with a value each"
        shouldThrow<IllegalArgumentException> { Flags.of(arrayOf("work", "n", "1")) } shouldHaveMessage
            "a flag begins with two dashes: \"n\""
        shouldThrow<IllegalArgumentException> { Flags.of(arrayOf("work")).number("n") } shouldHaveMessage
            "--n is missing"
    }
})

/** A process as whoever steers a benchmark starts it. */
private class Adaptor(driver: String, vararg args: String) {
    private val process = ProcessBuilder(
        "${System.getProperty("java.home")}/bin/java",
        "-XX:TieredStopAtLevel=1",
        "-Dbench.driver=$driver",
        "-cp",
        System.getProperty("java.class.path"),
        "io.asynq4j.benchmarks.Bench",
        *args,
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val out = process.inputReader()
    private val into = process.outputWriter()

    fun said(): String = out.readLine()

    fun says(line: String) = said() shouldBe line

    fun go() {
        into.write("g\n")
        into.flush()
    }

    fun ends() = process.waitFor() shouldBe 0
}
