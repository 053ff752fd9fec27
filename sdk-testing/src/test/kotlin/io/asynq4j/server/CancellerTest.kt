package io.asynq4j.server

import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.TaskContext
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Signals.Cancellation
import io.asynq4j.task.Options
import io.asynq4j.time.Handle
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.function.Consumer
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** A broker whose messages come when the test says so, or never. */
private class Messages(private val broker: Broker) : Broker by broker {
    val listeners = mutableListOf<Consumer<Cancellation>>()

    override fun onCancel(listener: Consumer<Cancellation>): Handle {
        listeners += listener
        return Handle { listeners -= listener }
    }

    fun tell(queue: String?, id: String) = listeners.forEach { it.accept(Cancellation(queue, id)) }
}

/** Handlers that go on until they are cancelled, and remember by what. */
private class Patients(private val failure: (TaskContext) -> Throwable = { IllegalStateException("stopped") }) {
    val running = mutableListOf<String>()
    val cancelled = mutableListOf<String>()

    fun handle(context: TaskContext): CompletableFuture<Unit> {
        val name = "${context.queue()}/${context.taskId()}"
        running += name
        return CompletableFuture<Unit>().also { ended ->
            context.onCancel {
                running -= name
                cancelled += "$name $it"
                ended.completeExceptionally(failure(context))
            }
        }
    }
}

private fun room() = Room {
    queues(mapOf("default" to 1, "low" to 1))
    retryPolicy(RetryPolicy.fixed(1.hours.java))
}

private fun id(id: String, queue: String = "default") = Options.defaults().taskId(id).queue(queue)

class CancellerTest :
    FunSpec({
        test("a task that is cancelled has failed with asynq's text, and is retried") {
            val room = room()
            val patients = Patients()
            room.enqueue("t", id("a"))
            room.handleAsync { _, context -> patients.handle(context) }
            room.advance(1.seconds)

            room.client.cancel("default", "a") shouldBe true

            patients.cancelled shouldContainExactly listOf("default/a OPERATOR")
            room.advance(100.milliseconds)
            val waiting = room.broker.retrying("default").single().task()
            waiting.lastError().get() shouldBe "context canceled"
            waiting.retried() shouldBe 1
            room.broker.failed("default") shouldBe 1
        }

        test("a cancellation that was not heard is made up for by the next heartbeat") {
            val room = room()
            val deaf = Messages(room.broker)
            val patients = Patients()
            room.enqueue("t", id("a"))
            room.enqueue("t", id("b"))
            room.newServer(deaf).start { _, context -> patients.handle(context) }
            room.advance(7.seconds)

            room.client.cancel("default", "a")

            patients.cancelled.shouldBeEmpty()
            room.advance(5.seconds)
            patients.cancelled shouldContainExactly listOf("default/a OPERATOR")
            room.broker.retrying("default").single().task().lastError().get() shouldBe "context canceled"
        }

        test("a task that was cancelled and is tried again is not cancelled again") {
            val room = room()
            val deaf = Messages(room.broker)
            val patients = Patients()
            room.enqueue("t", id("a"))
            room.newServer(deaf).start { _, context -> patients.handle(context) }
            room.advance(1.seconds)
            room.client.cancel("default", "a")

            room.advance(1.hours + 10.minutes)

            patients.cancelled shouldContainExactly listOf("default/a OPERATOR")
            patients.running shouldContainExactly listOf("default/a")
        }

        test("of tasks of the same id in two queues, the one that is meant is cancelled, told or not") {
            listOf<(Broker) -> Broker>({ it }, { Messages(it) }).forEach { wrap ->
                val room = room()
                val patients = Patients()
                room.enqueue("t", id("a"))
                room.enqueue("t", id("a", "low"))
                room.newServer(wrap(room.broker)).start { _, context -> patients.handle(context) }
                room.advance(1.seconds)

                room.client.cancel("low", "a")
                room.advance(30.seconds)

                patients.cancelled shouldContainExactly listOf("low/a OPERATOR")
                patients.running shouldContainExactly listOf("default/a")
            }
        }

        test("an id that comes without a queue, from another tool, is meant in every queue") {
            val room = room()
            val messages = Messages(room.broker)
            val patients = Patients()
            listOf(id("a"), id("a", "low"), id("b")).forEach { room.enqueue("t", it) }
            room.newServer(messages).start { _, context -> patients.handle(context) }
            room.advance(1.seconds)

            messages.tell(null, "a")
            messages.tell(null, "nobody")
            messages.tell("other", "b")

            patients.cancelled shouldContainExactlyInAnyOrder listOf("default/a OPERATOR", "low/a OPERATOR")
        }

        test("a handler decides whether a cancelled task is tried again, kept or dropped") {
            val room = room()
            val patients = Patients { context ->
                check(context.cancelled().get() == CancelReason.OPERATOR)
                if (context.taskId() == "kept") SkipRetryException("enough") else RevokeTaskException("nobody cares")
            }
            room.enqueue("t", id("kept"))
            room.enqueue("t", id("dropped"))
            room.handleAsync { _, context -> patients.handle(context) }
            room.advance(1.seconds)

            listOf("kept", "dropped").forEach { room.client.cancel("default", it) }
            room.advance(1.seconds)

            room.broker.archived("default").map { it.id() } shouldContainExactly listOf("kept")
            room.broker.retrying("default").shouldBeEmpty()
        }

        test("a handler that takes no notice keeps its slot, and its attempt has failed after the grace") {
            val room = room()
            room.enqueue("t", id("a"))
            room.handleAsync { _, _ -> CompletableFuture<Unit>() }
            room.advance(1.seconds)
            room.client.cancel("default", "a")
            room.broker.retrying("default").shouldBeEmpty()

            room.advance(2.seconds)

            room.broker.retrying("default").single().task().lastError().get() shouldBe "context canceled"
        }

        test("cancelling what nobody works on changes nothing") {
            val room = room()
            room.handle { _, _ -> }
            room.enqueue("t", id("later").processIn(1.hours.java))
            room.client.cancel("default", "later") shouldBe false
            room.client.cancel("default", "nobody") shouldBe false
            room.advance(2.hours)
            room.broker.processed("default") shouldBe 1
            room.broker.failed("default") shouldBe 0
        }

        test("a server listens until its handlers have ended, and not after that") {
            val room = room()
            val messages = Messages(room.broker)
            val patients = Patients()
            room.enqueue("t", id("a"))
            val server = room.newServer(messages)
            server.start { _, context -> patients.handle(context) }
            room.advance(1.seconds)
            room.time.after(1.seconds.java) { messages.tell("default", "a") }

            server.close()

            patients.cancelled shouldContainExactly listOf("default/a OPERATOR")
            messages.listeners.shouldBeEmpty()
        }
    })
