package io.asynq4j.containers

import io.asynq4j.testing.redis.TestServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import org.testcontainers.DockerClientFactory
import java.io.IOException
import java.net.Socket
import java.util.ServiceLoader

private fun TestServer.say(line: String): String = Socket(host(), port()).use {
    it.soTimeout = 2_000
    it.getOutputStream().write("$line\r\n".toByteArray())
    it.getInputStream().bufferedReader().readLine()
}

private val engineAnswers = DockerClientFactory.instance().isDockerAvailable
    .also { if (!it) println("no container engine answers: containers are not tested") }

class RedisContainersTest : FunSpec({
    test("they are found as a source of servers for tests") {
        ServiceLoader.load(TestServer.Provider::class.java).map { it.name() } shouldBe
            listOf("container of redis:7.4-alpine")
    }

    test("where no engine answers, that is the reason").config(enabled = !engineAnswers) {
        shouldThrow<IOException> { RedisContainers().start(emptyList()) }
            .message shouldContain "no container engine answers"
    }

    test("a container is started with its settings, stopped, and started again at its port")
        .config(enabled = engineAnswers) {
            RedisContainers().start(listOf("--databases", "3")).use { redis ->
                redis.say("SELECT 2") shouldBe "+OK"
                redis.say("SELECT 3") shouldNotBe "+OK"
                val port = redis.port()
                redis.stop()
                redis.isRunning shouldBe false
                shouldThrow<IOException> { redis.say("PING") }
                redis.restart()
                redis.port() shouldBe port
                redis.freeze().use { shouldThrow<IOException> { redis.say("PING") } }
                redis.say("PING") shouldBe "+PONG"
            }
        }
})
