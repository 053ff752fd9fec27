package io.asynq4j.handler

import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import tools.jackson.databind.JsonNode
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException

private val task = Task.of("t")
private val context = FakeContext()

/** A middleware that writes down when it is built, entered and left. */
private fun traced(name: String, trace: MutableList<String>) = Middleware { next ->
    trace += "build $name"
    AsyncHandler { task, context ->
        if (name == "stop") {
            trace += "stop"
            throw IllegalStateException("stopped")
        }
        trace += "enter $name"
        try {
            next.handle(task, context)
        } finally {
            trace += "leave $name"
        }
    }
}

private fun router(setup: JsonNode, trace: MutableList<String>): TaskRouter = TaskRouter.create().apply {
    setup.forEach { step ->
        val pattern = step.text("handle")
        when {
            pattern == null -> use(*step["use"].values().map { traced(it.stringValue(), trace) }.toTypedArray())

            step.has("mux") -> handleAsync(pattern, router(step["mux"], trace))

            else -> handle(pattern) { _, _ ->
                trace += "handler $pattern"
                step.text("error")?.let { error(it) }
            }
        }
    }
}

class MiddlewareTest : FunSpec({
    context("middleware runs as asynq's does:") {
        recorded("mux.json")["middleware"].forEach { case ->
            test(case.text("name")!!) {
                val trace = mutableListOf<String>()
                val router = router(case["setup"], trace)
                case["calls"].forEach { call ->
                    trace.clear()
                    val run = { router.handle(Task.of(call.text("type")!!), context) }
                    when (val error = call.text("error")) {
                        null -> run()
                        else -> shouldThrow<RuntimeException> { run() }.message shouldBe error
                    }
                    trace shouldContainExactly call["trace"].values().map { it.stringValue() }
                }
            }
        }
    }

    test("around runs before and after a blocking handler") {
        val trace = mutableListOf<String>()
        val around = Middleware.around { task, context, next ->
            trace += "before"
            next.handle(task, context)
            trace += "after"
        }
        val handler = around.wrap { _, _ -> CompletableFuture.completedFuture(null).also { trace += "handler" } }
        handler.handle(task, context).toCompletableFuture().isDone shouldBe true
        trace shouldContainExactly listOf("before", "handler", "after")
    }

    test("around that does not call the handler makes the task a success") {
        val handler = Middleware.around { _, _, _ -> }.wrap { _, _ -> error("never called") }
        handler.handle(task, context).toCompletableFuture().join() shouldBe null
    }

    test("around sees what a handler throws, and what its stage has failed with already") {
        val seen = mutableListOf<String?>()
        val around = Middleware.around { task, context, next ->
            try {
                next.handle(task, context)
            } catch (failed: Exception) {
                seen += failed.message
                throw failed
            }
        }
        shouldThrow<java.io.IOException> {
            around.wrap { _, _ -> throw java.io.IOException("a") }.handle(task, context)
        }
        shouldThrow<java.io.IOException> {
            around.wrap { _, _ -> CompletableFuture.failedFuture<Unit>(java.io.IOException("b")) }.handle(task, context)
        }
        seen shouldContainExactly listOf("a", "b")
    }

    test("around answers the stage of work that goes on, and does not wait for it") {
        val goesOn = CompletableFuture<Unit>()
        val handler = Middleware.around { task, context, next -> next.handle(task, context) }.wrap { _, _ -> goesOn }
        handler.handle(task, context) shouldBeSameInstanceAs goesOn
    }

    test("logging changes neither success nor failure") {
        val failing = TaskRouter.create().use(Middleware.logging())
            .handle("sync") { _, _ -> error("sync") }
            .handleAsync("async") { _, _ -> CompletableFuture.failedFuture<Unit>(IllegalStateException("async")) }
            .handle("fine") { _, _ -> }
        shouldThrow<IllegalStateException> { failing.handle(Task.of("sync"), context) }.message shouldBe "sync"
        shouldThrow<CompletionException> {
            failing.handle(Task.of("async"), context).toCompletableFuture().join()
        }.cause?.message shouldBe "async"
        failing.handle(Task.of("fine"), context).toCompletableFuture().join() shouldBe null
    }

    test("a router without middleware calls none") {
        val trace = mutableListOf<String>()
        TaskRouter.create().use().handle("t") { _, _ -> }.handle(task, context)
        trace.shouldBeEmpty()
    }
})
