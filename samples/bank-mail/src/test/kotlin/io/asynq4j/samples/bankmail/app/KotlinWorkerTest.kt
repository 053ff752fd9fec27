package io.asynq4j.samples.bankmail.app

import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.ServerSocket
import kotlin.io.path.div
import kotlin.io.path.writeText

/** With the mail server in the same process, whose threads keep it alive until they are told to end. */
class KotlinWorkerTest : FunSpec({
    test("a worker that cannot start, as Redis is away, ends") {
        val folder = tempdir().toPath()
        val nobody = ServerSocket(0).use { it.localPort }
        val environment = mapOf("BANK_MAIL_MAILBOX" to "$folder", "BANK_MAIL_REDIS" to "redis://127.0.0.1:$nobody")
        WorkerProcess.kotlin(folder / "worker.log", environment).use { worker ->
            worker.awaitExit() shouldBe 1
            worker.log().joinToString("\n") shouldContain "BrokerUnavailableException"
        }
    }

    test("a worker that cannot start, as its periodic tasks cannot be read, ends") {
        val folder = tempdir().toPath()
        val broken = (folder / "periodic.yaml").apply { writeText("tasks: [") }
        RedisForTests.start().use { redis ->
            val environment = mapOf(
                "BANK_MAIL_MAILBOX" to "$folder",
                "BANK_MAIL_REDIS" to redis.uri(),
                "BANK_MAIL_PERIODIC" to "$broken",
            )
            WorkerProcess.kotlin(folder / "worker.log", environment).use { worker ->
                worker.awaitExit() shouldBe 1
                worker.log().joinToString("\n") shouldContain "the periodic tasks could not be told"
            }
        }
    }
})
