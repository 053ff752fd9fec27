package io.asynq4j.samples.kotlin

import io.asynq4j.testing.InMemoryBroker
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import java.util.concurrent.CopyOnWriteArrayList

class KotlinSampleTest : FunSpec({
    test("KotlinSample makes a thumbnail") {
        val told = CopyOnWriteArrayList<String>()
        KotlinSample.run(InMemoryBroker.create()) { told += it }
        told shouldContainExactly listOf("begins, attempt 1", "ada.png at 200 pixels")
    }
})
