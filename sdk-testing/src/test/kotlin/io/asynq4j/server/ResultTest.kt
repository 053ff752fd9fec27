package io.asynq4j.server

import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.TaskCancelledException
import io.asynq4j.handler.TaskContext
import io.asynq4j.spi.Ending
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Codec
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.PayloadException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private val kept = Options.defaults().taskId("a").retention(1.hours.java)

class ResultTest :
    FunSpec({
        test("what a handler writes is kept with its task") {
            val room = Room()
            room.enqueue("t", kept)
            room.handle { _, context ->
                context.writeResult(Codec.utf8(), "half done")
                context.writeResult("done".toByteArray())
            }
            room.advance(1.seconds)
            room.broker.completed("default").single().result() shouldBe Payload.ofUtf8("done")
        }

        test("what a handler writes before it fails is kept for the next attempt to see") {
            val room = Room { retryPolicy(RetryPolicy.fixed(1.hours.java)) }
            room.enqueue("t", kept)
            room.handle { _, context ->
                context.writeResult("partial".toByteArray())
                error("boom")
            }
            room.advance(1.seconds)
            room.broker.retrying("default").single().result() shouldBe Payload.ofUtf8("partial")
        }

        test("a result that is too large is refused with the sizes, and one of the largest size is kept") {
            val room = Room()
            var refusal = ""
            room.enqueue("t", kept)
            room.handle { _, context ->
                val largest = ByteArray(TaskContext.MAX_RESULT_BYTES)
                context.writeResult(largest)
                refusal = shouldThrow<IllegalArgumentException> { context.writeResult(largest + 0) }.message!!
            }
            room.advance(1.seconds)
            refusal shouldBe "a result must have at most 1048576 bytes, not 1048577"
            room.broker.completed("default").single().result()!!.size() shouldBe TaskContext.MAX_RESULT_BYTES
        }

        test("a result that its codec cannot write is the codec's failure, and nothing is written") {
            val room = Room()
            val broken = object : Codec<String> {
                override fun encode(value: String): ByteArray = error("no ink")

                override fun decode(bytes: ByteArray) = ""
            }
            room.enqueue("t", kept)
            room.handle { _, context ->
                shouldThrow<PayloadException> { context.writeResult(broken, "x") }.cause!!.message shouldBe "no ink"
            }
            room.advance(1.seconds)
            room.broker.completed("default").single().result() shouldBe null
        }

        test("a cancelled attempt writes no result any more, and is told why") {
            val room = Room()
            val told = mutableListOf<CancelReason>()
            room.enqueue("t", kept.timeout(1.minutes.java).maxRetry(0))
            room.handleAsync { _, context ->
                CompletableFuture<Unit>().also { ended ->
                    context.onCancel {
                        told +=
                            shouldThrow<TaskCancelledException> { context.writeResult("late".toByteArray()) }.reason()
                        ended.complete(Unit)
                    }
                }
            }
            room.advance(2.minutes)
            told shouldBe listOf(CancelReason.DEADLINE)
            room.broker.completed("default").single().result() shouldBe null
        }

        test("an attempt whose task is somebody else's by now writes no result, and is told so") {
            val room = Room()
            var told: Throwable? = null
            room.enqueue("t", kept)
            room.handle { _, context ->
                val now = room.time.instant().plusSeconds(600)
                val lapsed = room.broker.expired("default", now, 1).leases().single()
                room.broker.recover(listOf(Ending.Archived(lapsed, "gone")), now, now)
                told = shouldThrow<CompletionException> {
                    context.writeResultAsync(Payload.ofUtf8("late")).toCompletableFuture().join()
                }.cause
            }
            room.advance(1.seconds)
            (told as TaskCancelledException).reason() shouldBe CancelReason.LEASE_LOST
            room.broker.archived("default").single().result() shouldBe null
        }

        test("an attempt that has ended writes no result") {
            val room = Room()
            lateinit var ended: TaskContext
            room.enqueue("t", kept)
            room.handle { _, context -> ended = context }
            room.advance(1.seconds)
            shouldThrow<IllegalStateException> { ended.writeResult("late".toByteArray()) }.message shouldBe
                "the attempt has ended: no result can be written for t a of queue default"
        }

        test("a result that the broker does not take is a failure of the broker") {
            val room = Room()
            var failed = false
            room.enqueue("t", kept)
            room.handle { _, context ->
                room.broker.close()
                failed =
                    runCatching {
                        context.writeResult("x".toByteArray())
                    }.exceptionOrNull() is BrokerUnavailableException
            }
            room.advance(1.seconds)
            failed shouldBe true
        }
    })
