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

    test(
        "a renamed type keeps working: tasks of its former names are handled like its own, and tell the name they have",
    ) {
        val seen = mutableListOf<String>()
        val router = TaskRouter.create()
            .handle(GREET) { name, context -> seen += "$name by ${context.type()}" }
            .alias(GREET, "salute", "hello:v1")
        router.work(GREET.task("ada"))
        router.work(Task.of("salute", Payload.ofUtf8("bob")))
        router.work(Task.of("hello:v1", Payload.ofUtf8("eve")))
        seen shouldContainExactly listOf("ada by greet", "bob by salute", "eve by hello:v1")
        shouldThrow<HandlerNotFoundException> { router.work(Task.of("salute:all")) }
    }

    test("a renamed pattern keeps working: what begins with its former names goes where it goes") {
        val found = mutableListOf<String>()
        val router = routerOf(listOf("image:", "image:small"), found).alias("image:", "picture:", "photo:")
        listOf("image:big", "picture:big", "photo:small", "image:small").forEach { router.work(Task.of(it)) }
        found shouldContainExactly listOf("image:", "image:", "image:", "image:small")
    }

    test("an alias needs a handler before it, and a name that is free") {
        val router = TaskRouter.create().handle(GREET) { _, _ -> }.handle("image:") { _, _ -> }
        fun told(register: () -> Unit) = shouldThrow<IllegalArgumentException>(register).message
        told { router.alias("video:", "film:") } shouldBe "there is no handler to give an alias to: \"video:\""
        told { router.alias("greet", "hello") } shouldBe "there is no handler to give an alias to: \"greet\""
        told { router.alias(GREET, "image:") } shouldBe
            "there is a handler for this type or pattern already: \"image:\""
        told { router.alias(GREET, " ") } shouldBe "alias must not be blank: \" \""
    }

    test("middleware of a type or pattern is around its handler only, its aliases too, inside of that for all") {
        val trace = mutableListOf<String>()
        fun traced(name: String) = Middleware { next ->
            AsyncHandler { task, context -> next.handle(task, context).also { trace += "$name ${task.type()}" } }
        }
        val router = TaskRouter.create().use(traced("all"))
            .handle(GREET, Middleware.all(listOf(traced("outer"), traced("inner")))) { _, _ -> }
            .handle("image:", traced("image")) { _, _ -> }
            .handle("plain") { _, _ -> }
            .alias("image:", "picture:")
        listOf("greet", "image:a", "picture:b", "plain").forEach { router.work(Task.of(it, Payload.ofUtf8(""))) }
        trace shouldContainExactly listOf(
            "inner greet",
            "outer greet",
            "all greet",
            "image image:a",
            "all image:a",
            "image picture:b",
            "all picture:b",
            "all plain",
        )
    }

    test("a router inside a router matches the whole type, runs its middleware inside, and may not find it either") {
        val trace = mutableListOf<String>()
        fun traced(name: String) = Middleware { next ->
            AsyncHandler { task, context ->
                trace += name
                next.handle(task, context)
            }
        }
        val inner = TaskRouter.create().use(traced("inner")).handle(GREET) { name, _ -> trace += name }
        val router = TaskRouter.create().use(traced("outer"))
            .handleAsync("gr", traced("around inner"), inner).handle("green") { _, _ -> trace += "green" }
        router.work(GREET.task("ada"))
        router.work(Task.of("green:1"))
        trace shouldContainExactly listOf("outer", "around inner", "inner", "ada", "outer", "green")
        trace.clear()
        shouldThrow<HandlerNotFoundException> { router.work(Task.of("grey")) }.type() shouldBe "grey"
        trace shouldContainExactly listOf("outer", "around inner", "inner")
    }

    test("a typed handler beside prefixes gets its type, however long the prefixes that match") {
        val found = mutableListOf<String>()
        val all = TaskType.of("mail:all", Codec.utf8())
        val router = routerOf(listOf("mail:", "mail:al", "mail:all:"), found).handle(all) { _, _ -> found += "typed" }
        listOf("mail:all", "mail:all:1", "mail:alle", "mail:a").forEach { router.work(Task.of(it, Payload.ofUtf8(""))) }
        found shouldContainExactly listOf("typed", "mail:all:", "mail:al", "mail:")
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

    test("unless the router's policy is another") {
        val unreadable = object : Codec<String> by Codec.utf8() {
            override fun decode(bytes: ByteArray) = throw NumberFormatException("no number")
        }
        val router = TaskRouter.create().handle(TaskType.of("t", unreadable)) { _, _ -> error("never called") }
        router.unreadable { it }
        shouldThrow<PayloadException> { router.work(Task.of("t")) }
        router.unreadable { SnoozeException(java.time.Duration.ofMinutes(5)) }
        shouldThrow<SnoozeException> { router.work(Task.of("t")) }
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
