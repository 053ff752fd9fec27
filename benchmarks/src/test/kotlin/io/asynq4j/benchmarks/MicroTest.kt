package io.asynq4j.benchmarks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.VerboseMode

class MicroTest : FunSpec({
    test("each benchmark of a single step runs, once, and tells a time") {
        val options = OptionsBuilder().mode(Mode.SingleShotTime).warmupIterations(0).measurementIterations(1).forks(0)
            .shouldFailOnError(true).verbosity(VerboseMode.SILENT)
        val results = Runner(options.build()).run()
        results.map { it.params.benchmark.substringAfter("micro.") }.groupingBy { it }.eachCount() shouldBe mapOf(
            "DispatchBenchmark.dispatch" to 2,
            "DrainBenchmark.drain" to 1,
            "OptionsBenchmark.merge" to 1,
            "OptionsBenchmark.place" to 1,
            "RoutingBenchmark.equal" to 1,
            "RoutingBenchmark.prefix" to 1,
            "WireBenchmark.decode" to 2,
            "WireBenchmark.encode" to 2,
        )
        results.forEach { it.primaryResult.score shouldBeGreaterThan 0.0 }
    }
})
