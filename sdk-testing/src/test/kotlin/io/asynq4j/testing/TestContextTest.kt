package io.asynq4j.testing

import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.Handler
import io.asynq4j.handler.TaskCancelledException
import io.asynq4j.handler.TaskContext
import io.asynq4j.handler.TaskRouter
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Instant

/** Gives up on the last attempt, and ends when it is told to. */
private class Greeter(private val duringWork: () -> Unit = {}) : Handler<String> {
    val greeted = mutableListOf<String>()

    override fun handle(name: String, context: TaskContext) {
        duringWork()
        context.cancelled().ifPresent { throw TaskCancelledException(it) }
        greeted += if (context.retried() == context.maxRetry()) "a last $name" else name
    }
}

class TestContextTest : FunSpec({
    test("a handler is called with the attempt that a test chooses") {
        val greeter = Greeter()
        greeter.handle("ada", TestContext.of("greet"))
        greeter.handle("bob", TestContext.of("greet").retried(3).maxRetry(3))
        greeter.greeted shouldContainExactly listOf("ada", "a last bob")
    }

    test("it is cancelled before, in the middle, or not at all") {
        val greeter = Greeter()
        val before = TestContext.of("greet").cancel(CancelReason.DEADLINE)
        shouldThrow<TaskCancelledException> { greeter.handle("ada", before) }.reason() shouldBe CancelReason.DEADLINE

        val context = TestContext.of("greet")
        val stopped = Greeter { context.cancel(CancelReason.OPERATOR) }
        shouldThrow<TaskCancelledException> { stopped.handle("ada", context) }.reason() shouldBe CancelReason.OPERATOR
        stopped.greeted.size shouldBe 0
    }

    test("listeners are told once, and at once if it is too late") {
        val told = mutableListOf<String>()
        val context = TestContext.of("greet")
        context.onCancel { told += "early $it" }
        context.cancel(CancelReason.SHUTDOWN).cancel(CancelReason.OPERATOR)
        context.onCancel { told += "late $it" }
        told shouldContainExactly listOf("early SHUTDOWN", "late SHUTDOWN")
    }

    test("it shows what the test has set, or the task") {
        val deadline = Instant.parse("2026-01-01T00:00:00Z")
        val made = TestContext.of("greet").taskId("id").queue("q").header("trace", "x").deadline(deadline)
        made.run { "${taskId()} ${queue()} ${type()} ${headers()} ${deadline()}" } shouldBe
            "id q greet {trace=x} 2026-01-01T00:00:00Z"
        val task = GREET.task("ada").with(Options.defaults().queue("low").taskId("t-1").maxRetry(2).header("a", "b"))
        TestContext.of(task).run { "${taskId()} ${queue()} ${type()} ${headers()} ${retried()}/${maxRetry()}" } shouldBe
            "t-1 low greet {a=b} 0/2"
    }

    test("a result has a size that a server would take") {
        val context = TestContext.of("greet")
        context.writeResult(ByteArray(TaskContext.MAX_RESULT_BYTES))
        val tooMuch = Payload.of(ByteArray(TaskContext.MAX_RESULT_BYTES + 1))
        listOf<() -> Any>({ context.writeResult(tooMuch) }, { context.writeResultAsync(tooMuch) }).forEach {
            shouldThrow<IllegalArgumentException> { it() }.message shouldBe
                "a result must have at most 1048576 bytes, not 1048577"
        }
        context.result().get().size() shouldBe TaskContext.MAX_RESULT_BYTES
    }

    test("a whole router takes it too") {
        val greeter = Greeter()
        val task = GREET.task("ada")
        TaskRouter.create().handle(GREET, greeter).handle(task, TestContext.of(task))
        greeter.greeted shouldContainExactly listOf("ada")
    }
})
