package io.asynq4j.lettuce

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.TaskContext
import io.asynq4j.redis.atRest
import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.reply
import io.asynq4j.server.TaskServer
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.seconds

/** A server whose handlers go on until they are cancelled, and a client. */
private class Ward(uri: String, beats: Boolean = false) : AutoCloseable {
    val running = CopyOnWriteArrayList<String>()
    val cancelled = CopyOnWriteArrayList<String>()
    private val broker = LettuceBroker.open(uri)
    private val client = TaskClient.of(broker)
    private val server = TaskServer.builder(broker)
        .queues(mapOf("default" to 1, "low" to 1))
        .concurrency(4)
        .checkInterval(Duration.ofMillis(50))
        .leaseDuration(Duration.ofSeconds(if (beats) 3 else 300))
        .build()

    suspend fun run(vararg names: String) {
        names.forEach { name ->
            val (queue, id) = name.split('/')
            client.enqueue(Task.of("t", Payload.none()), Options.defaults().queue(queue).taskId(id))
        }
        server.start { _, context -> handle(context) }
        eventually(20.seconds) { running shouldContainExactlyInAnyOrder names.toList() }
    }

    fun cancel(queue: String, id: String) = client.cancel(queue, id)

    private fun handle(context: TaskContext) = CompletableFuture<Unit>().also { ended ->
        val name = "${context.queue()}/${context.taskId()}"
        context.onCancel {
            running -= name
            cancelled += "$name $it"
            ended.completeExceptionally(IllegalStateException("stopped"))
        }
        running += name
    }

    override fun close() {
        running.map { it.split('/') }.forEach { (queue, id) -> client.cancel(queue, id) }
        client.close()
        server.close()
        broker.close()
    }
}

class CancelRedisTest : FunSpec({
    val redis = RedisForTests.start()
    val witness = portTo(redis.uri())
    afterSpec {
        witness.close()
        redis.close()
    }
    beforeTest { witness.reply(command("FLUSHALL")) }

    suspend fun listened() = eventually(20.seconds) {
        witness.reply(command("PUBSUB", "NUMSUB", "asynq:cancel")).items()[1].integer() shouldBe 1L
    }

    fun state(id: String) = witness.reply(command("HMGET", "asynq:{default}:t:$id", "state", "cancel", "attempt"))
        .items().map { if (it.isNil) null else it.text() }

    test("a running task is cancelled at once, which is long before the next heartbeat") {
        Ward(redis.uri()).use { ward ->
            ward.run("default/a", "default/b")
            listened()
            ward.cancel("default", "a") shouldBe true
            eventually(3.seconds) {
                ward.cancelled shouldContainExactlyInAnyOrder listOf("default/a OPERATOR")
                state("a") shouldBe listOf("retry", null, null)
            }
            ward.running shouldContainExactlyInAnyOrder listOf("default/b")
        }
    }

    test("of the same id in two queues, only the one that is meant is cancelled, though Go's message has no queue") {
        Ward(redis.uri()).use { ward ->
            ward.run("default/a", "low/a", "default/last")
            listened()
            ward.cancel("low", "a") shouldBe true
            ward.cancel("default", "last") shouldBe true // messages come in order
            eventually(20.seconds) {
                ward.cancelled shouldContainExactlyInAnyOrder listOf("low/a OPERATOR", "default/last OPERATOR")
            }
            ward.running shouldContainExactlyInAnyOrder listOf("default/a")
        }
    }

    test("an id that is published by another tool is cancelled in every queue") {
        Ward(redis.uri()).use { ward ->
            ward.run("default/a", "low/a", "default/b")
            listened()
            witness.reply(command("PUBLISH", "asynq:cancel", "a")).plain
            eventually(20.seconds) {
                ward.cancelled shouldContainExactlyInAnyOrder listOf("default/a OPERATOR", "low/a OPERATOR")
            }
        }
    }

    test("a server that hears no messages sees it at its next heartbeat") {
        RedisForTests.start().use { own ->
            portTo(own.uri()).use { admin ->
                val user = arrayOf("on", ">pw", "~*", "&*", "+@all", "-subscribe")
                admin.reply(command("ACL", "SETUSER", "deaf", *user)).plain shouldBe "OK"
                Ward(own.uri().replace("redis://", "redis://deaf:pw@"), beats = true).use { ward ->
                    ward.run("default/a")
                    ward.cancel("default", "a") shouldBe true
                    eventually(20.seconds) {
                        ward.cancelled shouldContainExactlyInAnyOrder listOf("default/a OPERATOR")
                    }
                }
            }
        }
    }

    test("a server needs three connections, whatever number of queues it works on") {
        val before = atRest { witness.reply(command("CLIENT", "LIST")).text().lines().size }
        Ward(redis.uri()).use { ward ->
            ward.run("default/a")
            listened()
            // For calls, to hear of cancellations, and to be told of new tasks.
            eventually(5.seconds) {
                witness.reply(command("CLIENT", "LIST")).text().lines().size shouldBe before + 3
            }
        }
    }
})
