package io.asynq4j.handler

import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.Optional

private val TENANT = ContextKey.of<String>("tenant")
private val ATTEMPT = ContextKey.of<Int>("attempt")

class ContextValueTest : FunSpec({
    test("a middleware hands values to handlers, each under its key") {
        val seen = mutableListOf<Any>()
        val tenant =
            Middleware { next -> AsyncHandler { task, context -> next.handle(task, context.with(TENANT, "a")) } }
        val attempt =
            Middleware { next -> AsyncHandler { task, context -> next.handle(task, context.with(ATTEMPT, 3)) } }
        TaskRouter.create().use(tenant, attempt)
            .handle("t") { _, context -> seen.add(listOf(context.value(TENANT).get(), context.value(ATTEMPT).get())) }
            .handle(Task.of("t"), FakeContext())
        seen shouldContainExactly listOf(listOf("a", 3))
    }

    test("a value that nobody has put there is not there, and keys of one name are two") {
        FakeContext().value(TENANT) shouldBe Optional.empty()
        FakeContext().with(TENANT, "a").value(ContextKey.of<String>("tenant")) shouldBe Optional.empty()
    }

    test("a later value hides one of the same key, for those that are given it") {
        val outer = FakeContext().with(TENANT, "a").with(ATTEMPT, 1)
        val inner = outer.with(TENANT, "b")
        inner.value(TENANT).get() shouldBe "b"
        inner.value(ATTEMPT).get() shouldBe 1
        outer.value(TENANT).get() shouldBe "a"
    }

    test("nothing is no value") {
        @Suppress("UNCHECKED_CAST")
        val nothing = null as String?
        shouldThrow<NullPointerException> { FakeContext().with(TENANT, nothing as String) }
    }

    test("all else is that of the attempt") {
        val plain: TaskContext = FakeContext("mail")
        val context = plain.with(TENANT, "a")
        TaskContext::class.java.methods.filter { it.parameterCount == 0 }.map { it.name to it.invoke(context) } shouldBe
            TaskContext::class.java.methods.filter { it.parameterCount == 0 }.map { it.name to it.invoke(plain) }
        context.type() shouldBe "mail"
    }
})
