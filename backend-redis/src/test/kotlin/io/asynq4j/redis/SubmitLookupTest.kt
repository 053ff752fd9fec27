package io.asynq4j.redis

import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Reply
import io.asynq4j.redis.wire.Wire
import io.asynq4j.spi.Placement
import io.asynq4j.spi.TaskMessage.Progress
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.Consumer

private val noAnswer = Reply.Failed("no answer within 5 s", false, null)

/** Loses the reply to every script, and finds what it was told to find. */
private class LossyPort(
    private val find: (Call) -> Reply,
) : RedisPort {
    val sent = mutableListOf<String>()

    override fun run(calls: List<Call>): CompletionStage<List<Reply>> {
        sent += calls.map { it.command() }
        return CompletableFuture.completedFuture(
            calls.map {
                when (it.command()) {
                    "EVALSHA" -> noAnswer
                    "HGET" -> find(it)
                    else -> Reply.Int(1)
                }
            },
        )
    }

    override fun subscribe(channel: String, message: Consumer<String>) = error("nobody listens here")

    override fun blocking() = false

    override fun close() {}
}

private fun placement(payload: String = "x") =
    Placement.of(Task.of("t", Payload.ofUtf8(payload)), Options.defaults().taskId("id"), Instant.EPOCH)

private fun LossyPort.submit(placement: Placement): EnqueueOutcome = RedisBroker
    .over(this)
    .submit(listOf(placement))
    .toCompletableFuture()
    .join()
    .single()

class SubmitLookupTest :
    FunSpec({
        test("a task whose answer was lost is accepted when it is there, and is not sent again") {
            val port = LossyPort { Reply.Bytes(Wire.encode(placement().message())) }
            port.submit(placement()).shouldBeInstanceOf<EnqueueOutcome.Accepted>()
            port.sent shouldContainExactly listOf("SADD", "EVALSHA", "HGET")
        }

        test("it is the same task when it has failed once since") {
            val failed = placement().message().withProgress(Progress(1, "boom", 1, 0))
            val port = LossyPort { Reply.Bytes(Wire.encode(failed)) }
            port.submit(placement()).shouldBeInstanceOf<EnqueueOutcome.Accepted>()
        }

        test("a task that is not there may have been stored or not") {
            val outcome = LossyPort { Reply.Nil.NIL }.submit(placement()).shouldBeInstanceOf<EnqueueOutcome.Refused>()
            outcome.reason().message shouldBe "no answer from Redis: no answer within 5 s"
        }

        test("another task under the same id is not taken for it, nor is garbage") {
            val other = Wire.encode(placement("y").message())
            LossyPort { Reply.Bytes(other) }.submit(placement()).shouldBeInstanceOf<EnqueueOutcome.Refused>()
            val garbage = byteArrayOf(-1, -1)
            LossyPort { Reply.Bytes(garbage) }.submit(placement()).shouldBeInstanceOf<EnqueueOutcome.Refused>()
        }

        test("when the look gives no answer either, nobody can say") {
            LossyPort { noAnswer }.submit(placement()).shouldBeInstanceOf<EnqueueOutcome.Refused>()
        }
    })
