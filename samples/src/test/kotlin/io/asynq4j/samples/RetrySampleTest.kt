package io.asynq4j.samples

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.Handler
import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.SnoozeException
import io.asynq4j.handler.TaskRouter
import io.asynq4j.samples.RetrySample.Answer
import io.asynq4j.task.Codec
import io.asynq4j.task.TaskType
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.TestContext
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

class RetrySampleTest : FunSpec({
    test("what a handler throws says what becomes of the task") {
        val output = Output()
        fun charge(answer: Answer) =
            RetrySample.charge({ answer }, output.stream).handle("4711", TestContext.of("charge"))

        charge(Answer.PAID)
        output.lines() shouldContainExactly listOf("4711 is paid")
        shouldThrow<SkipRetryException> { charge(Answer.NO_SUCH_ACCOUNT) }
        shouldThrow<RevokeTaskException> { charge(Answer.CANCELLED) }
        shouldThrow<SnoozeException> { charge(Answer.CLOSED) }.delay() shouldBe Duration.ofHours(8)
        shouldThrow<IOException> { charge(Answer.TIMED_OUT) }
    }

    test("failures that would not get better are archived at once, and told") {
        val output = Output()
        val broker = InMemoryBroker.create()
        val type = TaskType.of("charge", Codec.utf8())
        RetrySample.server(broker, output.stream).use { server ->
            server.start(
                TaskRouter.create().handle(
                    type,
                    Handler { _, _ ->
                        throw IllegalArgumentException("no number")
                    },
                ),
            )
            TaskClient.of(broker).enqueue(type.task("x"))
            eventually(5.seconds) { broker.archived("default").single().task.lastError().get() shouldBe "no number" }
        }
        output.lines() shouldContainExactly listOf("charge failed: no number")
    }
})
