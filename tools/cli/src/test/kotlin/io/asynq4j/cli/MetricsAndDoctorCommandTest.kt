package io.asynq4j.cli

import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.time.SystemTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import kotlinx.coroutines.delay
import java.io.IOException
import java.io.StringWriter
import java.net.InetAddress
import java.net.ServerSocket
import java.net.URI
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.supplyAsync
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds

/** What is served at the address that [out] tells, if it can be read while the program is [running]. */
private suspend fun scrapeWhile(running: CompletableFuture<*>, out: StringWriter): String? {
    while (!running.isDone) {
        val address = Regex("http://.*(?=\n)").find(out.toString())?.value
        try {
            if (address != null) return URI(address).toURL().readText()
        } catch (_: IOException) {
            // it has ended in the meantime, or is about to
        }
        delay(20.milliseconds)
    }
    return null
}

class MetricsAndDoctorCommandTest : FunSpec({
    test("metrics serves the queues under asynq's names, and ends when its time is over") {
        SystemTime.open().use { time ->
            val program = CommandLineForTests(time, InMemoryBroker.on(time)).apply { enqueue("a") }
            // the longer ones are for a machine that is too busy for a first look within the shorter ones
            val scraped = listOf("3s", "12s", "30s").firstNotNullOf { length ->
                val out = StringWriter()
                val running = supplyAsync {
                    Asynq4j.run(program.around(out), "metrics", "--port", "0", "--for", length)
                }
                val seen = scrapeWhile(running, out)
                running.get(60, TimeUnit.SECONDS) shouldBe Exit.OK
                out.toString() shouldMatch
                    "Metrics of redis://localhost:6379/0 are at http://127\\.0\\.0\\.1:\\d+/metrics\n"
                seen
            }
            scraped shouldContain "asynq_tasks_enqueued_total{queue=\"default\",state=\"pending\"} 1"
            scraped shouldContain "asynq_queue_size{queue=\"default\"} 1"
        }
    }

    test("metrics does not listen where others can reach it without credentials") {
        CommandLineForTests().run("metrics", "--host", "0.0.0.0", "--port", "0", "--for", "1s").exit shouldBe Exit.USAGE
        CommandLineForTests().run("metrics", "--user", "me", "--port", "0", "--for", "1s").err shouldContain
            "ASYNQ4J_METRICS_PASSWORD"
        CommandLineForTests().apply { environment["ASYNQ4J_METRICS_PASSWORD"] = "x" }
            .run("metrics", "--user", "me", "--host", "0.0.0.0", "--port", "0", "--for", "1s").exit shouldBe Exit.OK
    }

    test("metrics says when its port is taken") {
        ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use {
            CommandLineForTests().run("metrics", "--port", "${it.localPort}").let { ran ->
                ran.exit shouldBe Exit.FAILED
                ran.err shouldContain "cannot listen"
            }
        }
    }

    test("doctor finds nothing where nothing is wrong, and 3 where there is no such queue") {
        val program = CommandLineForTests().apply { enqueue("a") }

        program.run("doctor").let {
            it.exit shouldBe Exit.OK
            it.out shouldBe "Nothing is wrong.\n"
        }
        program.run("doctor", "default", "--fix", "-o", "json").out shouldBe "[ ]\n"
        program.run("doctor", "defualt").exit shouldBe Exit.NOT_FOUND
    }
})
