package io.asynq4j.handler

import io.asynq4j.task.Codec
import io.asynq4j.task.Payload
import io.asynq4j.task.PayloadException
import io.asynq4j.task.Task
import io.asynq4j.task.TaskType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.CompletableFuture

private val GREET = TaskType.of("greet", Codec.utf8())

private fun TaskRouter.work(task: Task) = handle(task, FakeContext(task.type))

/** A router that answers, through [found], which of the patterns a task went to. */
private fun routerOf(patterns: List<String>, found: MutableList<String>) = TaskRouter.create().apply {
    patterns.forEach { pattern -> handle(pattern) { _, _ -> found += pattern } }
}

class TaskRouterTest : FunSpec({
    test("a typed handler gets the decoded value, a pattern's the whole task") {
        val seen = mutableListOf<Any>()
        val router = TaskRouter.create()
            .handle(GREET) { name, _ -> seen += name }
            .handle("image:") { task, _ -> seen += task }
        val image = Task.of("image:small", Payload.of(byteArrayOf(1)))
        router.work(GREET.task("ada"))
        router.work(image)
        seen shouldContainExactly listOf("ada", image)
    }

    test("a typed handler matches exactly its type: what merely starts with it is another type") {
        val router = TaskRouter.create().handle(GREET) { _, _ -> }
        shouldThrow<HandlerNotFoundException> { router.work(Task.of("greeting")) }.type() shouldBe "greeting"
    }

    test("an exact type wins over every pattern, and else the longest pattern wins") {
        val found = mutableListOf<String>()
        val router = routerOf(listOf("g", "gree", "greet:"), found).handle(GREET) { _, _ -> found += "exact" }
        listOf("greet", "greet:all", "greedy", "go").forEach { router.work(Task.of(it)) }
        found shouldContainExactly listOf("exact", "greet:", "gree", "g")
    }

    test("an asynchronous handler's own stage is answered, so that the slot is held until it ends") {
        val rendered = CompletableFuture<String>()
        val router = TaskRouter.create().handleAsync(GREET) { _, _ -> rendered }
        router.work(GREET.task("ada")) shouldBeSameInstanceAs rendered
    }

    test("what a handler throws comes out as it is, checked exceptions too") {
        val router = TaskRouter.create().handle("t") { _, _ -> throw java.io.IOException("disk full") }
        shouldThrow<java.io.IOException> { router.work(Task.of("t")) }.message shouldBe "disk full"
    }

    test("a payload that cannot be read is not retried: it would not get better") {
        val unreadable = object : Codec<String> by Codec.utf8() {
            override fun decode(bytes: ByteArray) = throw NumberFormatException("no number")
        }
        val router = TaskRouter.create().handle(TaskType.of("t", unreadable)) { _, _ -> error("never called") }
        val refused = shouldThrow<SkipRetryException> { router.work(Task.of("t")) }
        refused.message shouldBe "task type t: cannot read the payload: no number"
        refused.cause.shouldBeInstanceOf<PayloadException>()
    }

    context("patterns match as asynq's do:") {
        recorded("mux.json")["matching"].forEach { case ->
            val patterns = case["patterns"].values().map { it.stringValue() }
            val found = mutableListOf<String>()
            val router = routerOf(patterns, found)
            // A task with a blank type cannot be made here, so nobody can ask where it would go.
            case["matches"].values().filterNot { it.text("type")!!.isBlank() }.forEach { match ->
                val type = match.text("type")!!
                test("\"$type\" among $patterns") {
                    found.clear()
                    when (val pattern = match.text("pattern")) {
                        null -> shouldThrow<HandlerNotFoundException> { router.work(Task.of(type)) }.message shouldBe
                            match.text("error")

                        else -> router.work(Task.of(type)).also { found shouldContainExactly listOf(pattern) }
                    }
                }
            }
        }
    }

    context("wrong patterns are refused as asynq refuses them:") {
        val calls = recorded("serve-mux-errors.json")["cases"].filter { it.text("api") == "ServeMux.Handle" }
        // A missing handler cannot be told from Kotlin without a cast; it has a test of its own below.
        calls.filterNot { "null" in it.text("case")!! }.forEach { case ->
            test(case.text("case")!!) {
                val patterns = case["input"]["patterns"].values().map { it.stringValue() }
                when (case.text("outcome")) {
                    "ok" -> routerOf(patterns, mutableListOf())
                    else -> shouldThrow<IllegalArgumentException> { routerOf(patterns, mutableListOf()) }
                }
            }
        }
    }

    test("what people are told about a wrong registration") {
        val router = TaskRouter.create().handle("a") { _, _ -> }.handle(GREET) { _, _ -> }
        fun told(register: () -> Unit) = shouldThrow<IllegalArgumentException>(register).message
        told { router.handle(" \t") { _, _ -> } } shouldBe "pattern must not be blank: \" \t\""
        told { router.handle("a") { _, _ -> } } shouldBe "there is a handler for this type or pattern already: \"a\""
        told { router.handle(GREET) { _, _ -> } } shouldBe
            "there is a handler for this type or pattern already: \"greet\""
        told { router.handle("greet") { _, _ -> } } shouldBe
            "there is a handler for this type or pattern already: \"greet\""
        val none: Handler<Task>? = null
        shouldThrow<NullPointerException> { router.handle("b", none as Handler<Task>) }
    }

    context("the type that nobody handles is told as a Go string literal:") {
        recorded("serve-mux-errors.json")["cases"]
            .filter { it.text("api") == "ServeMux.ProcessTask" || it.text("api") == "NotFound" }
            .filterNot { it["input"].has("type_hex") } // our texts are Unicode: such a type cannot be written here
            .forEach { case ->
                test(case.text("case")!!) {
                    HandlerNotFoundException(case["input"].text("type")!!).message shouldBe case["error"].text("text")
                }
            }
    }
})
