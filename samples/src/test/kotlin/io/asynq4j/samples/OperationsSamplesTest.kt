package io.asynq4j.samples

import io.asynq4j.handler.TaskRouter
import io.asynq4j.server.TaskServer
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.TestContext
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.net.HttpURLConnection
import java.net.URI
import kotlin.time.Duration.Companion.seconds

class OperationsSamplesTest : FunSpec({
    test("IdempotentSample books once for each task, however often that runs") {
        val output = Output()
        val book = IdempotentSample.book(mutableMapOf(), output.stream)
        repeat(2) { book.handle("10 EUR", TestContext.of("book")) }
        output.lines() shouldContainExactly listOf("booked 10 EUR", "booked already")
    }

    test("HealthSample answers 200 while the server is well, and 503 when it fetches nothing") {
        val server = TaskServer.builder(InMemoryBroker.create()).build()
        val http = HealthSample.probes(server, 0)
        fun status(path: String): Int {
            val connection = URI("http://127.0.0.1:${http.address.port}/$path").toURL().openConnection()
            return (connection as HttpURLConnection).responseCode
        }
        try {
            server.start(TaskRouter.create())
            eventually(5.seconds) { status("ready") shouldBe 200 }
            status("live") shouldBe 200
            server.quiet()
            status("ready") shouldBe 503
            status("live") shouldBe 200
        } finally {
            server.close()
            http.stop(0)
        }
    }
})
