package io.asynq4j.server

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class StackTest :
    FunSpec({
        test("the report of a handler that does not end shows where its thread is") {
            Stack.of(Thread.currentThread()) shouldContain "\n\tat io.asynq4j.server.StackTest"
        }

        test("the report of work that goes on elsewhere has no stack to show") { Stack.of(null) shouldBe "" }
    })
