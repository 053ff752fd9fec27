package io.asynq4j.samples

import io.asynq4j.kotest.advance
import io.asynq4j.testing.TestTasks
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration.Companion.seconds

class MembersTest : FunSpec({
    test("a new member is welcomed ten seconds after signing up, even when the mail server hiccups") {
        val tasks = TestTasks.create() // in-memory broker, virtual time, a real server on both
        val mailer = FlakyMailer(failures = 1)
        val members = Members(tasks.client(), mailer)
        tasks.handle(members.router())

        members.signUp("ada@example.org") // views are Kotlin-friendly records
        tasks.scheduled("critical").single().type shouldBe "email:welcome"

        tasks.advance(10.seconds) // runs everything that falls due, in order, on this thread
        tasks.retrying("critical").single().lastError shouldContain "hiccup"
        tasks.advanceUntilIdle()
        mailer.sent shouldContainExactly listOf("ada@example.org")
    }
})
