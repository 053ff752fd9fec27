package io.asynq4j.redis.driver

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.TaskRouter
import io.asynq4j.redis.RedisBroker
import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.replies
import io.asynq4j.redis.reply
import io.asynq4j.server.TaskServer
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import java.time.Duration
import java.util.Collections
import java.util.concurrent.CompletableFuture
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

/** What any driver's port promises over a Unix socket. */
internal fun FunSpec.socketPromises(driver: PortDriver) {
    val redis = RedisForTests.start("--requirepass", "hush")
    afterSpec { redis.close() }
    val uri = "redis-socket://:hush@${redis.socket()}?db=2"

    test("over a Unix socket it logs in, selects the database, and takes calls of any size from many threads") {
        driver.open(uri).use { port ->
            port.reply(command("CLIENT", "LIST")).text() shouldContain " db=2 "
            val large = "x".repeat(3_000_000)
            port.replies(command("SET", "k", large), command("GET", "k")).map { it.plain } shouldBe listOf("OK", large)
            List(200) { CompletableFuture.supplyAsync { port.reply(command("ECHO", "$it")).plain } }
                .map { it.get(20, TimeUnit.SECONDS) } shouldBe List(200) { "$it" }
        }
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    test("over a Unix socket a call that is not answered in time is given up") {
        driver.open(uri, commandTimeout = Duration.ofMillis(300)).use { port ->
            port.reply(command("BLPOP", "nothing", "2")).plain shouldBe "unanswered: no reply within 300 ms"
            eventually(5.seconds) { port.reply(command("PING")).plain shouldBe "PONG" }
        }
    }

    test(
        "over a Unix socket an idle server is told of tasks, and messages are heard, again after connections were killed",
    ) {
        RedisBroker.over(driver.open(uri)).use { broker ->
            val ran = LinkedBlockingQueue<String>()
            val heard = Collections.synchronizedSet(mutableSetOf<String>())
            driver.open(uri).use { port ->
                port.subscribe("channel") { heard += it }
                TaskServer.builder(broker).build().use { server ->
                    server.start(TaskRouter.create().handle("t") { _, context -> ran += context.taskId() })
                    TaskClient.of(broker).use { client ->
                        repeat(2) { round ->
                            eventually(10.seconds) {
                                redis.ask("CLIENT", "LIST").toString() shouldMatch "(?s).* flags=[^ ]*t.*"
                                redis.ask("PUBLISH", "channel", "$round")
                                heard shouldContain "$round"
                            }
                            val id = eventually(10.seconds) { client.enqueue(Task.of("t")).id() }
                            ran.poll(10, TimeUnit.SECONDS) shouldBe id
                            redis.ask("CLIENT", "KILL", "TYPE", "normal")
                            redis.ask("CLIENT", "KILL", "TYPE", "pubsub")
                        }
                    }
                }
            }
        }
    }

    test("a Unix socket that is not there is told, without the password") {
        shouldThrow<BrokerUnavailableException> {
            driver.open("redis-socket://:hush@/tmp/no/such.sock")
        }.message!! shouldMatch
            "cannot connect to Redis at redis-socket://\\*\\*\\*@/tmp/no/such.sock\\?db=0: .*No such file or directory.*"
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }
}
