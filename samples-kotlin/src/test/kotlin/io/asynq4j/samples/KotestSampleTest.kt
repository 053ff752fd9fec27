package io.asynq4j.samples

import io.asynq4j.handler.SkipRetryException
import io.asynq4j.kotest.advance
import io.asynq4j.kotest.dispatcher
import io.asynq4j.kotest.run
import io.asynq4j.kotest.shouldHaveEnqueued
import io.asynq4j.kotest.testTasks
import io.asynq4j.samples.Members.WELCOME_EMAIL
import io.asynq4j.samples.Members.WelcomeEmail
import io.asynq4j.spi.Submission
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.TestContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class KotestSampleTest : FunSpec({
    val tasks by testTasks()
    val mailer = FlakyMailer()

    beforeTest { mailer.sent.clear() }

    test("signing up enqueues a welcome") {
        Members(tasks.client(), mailer).signUp("ada@example.org")

        tasks.shouldHaveEnqueued(WELCOME_EMAIL) { it.address shouldBe "ada@example.org" }.queue shouldBe "critical"
        mailer.sent.shouldBeEmpty()
    }

    test("the fifth failure is the last") {
        val members = Members(tasks.client(), FlakyMailer(failures = 1))
        val lastTry = TestContext.of("email:welcome").retried(4)

        shouldThrow<SkipRetryException> { members.welcome(WelcomeEmail("ada@example.org"), lastTry) }
    }

    test("a worker that dies while it sends leaves the e-mail to another one") {
        var killed = false
        val members = Members(tasks.client()) { address ->
            if (!killed) {
                killed = true
                tasks.killServer()
            }
            mailer.welcome(address)
        }
        tasks.handle(members.router())
        members.signUp("ada@example.org")

        tasks.advance(10.seconds)
        tasks.active("critical") shouldHaveSize 1
        tasks.advance(2.minutes)
        mailer.sent shouldContainExactly listOf("ada@example.org")
    }

    test("whoever gets no answer cannot know whether the e-mail will be sent") {
        val members = Members(tasks.client(), mailer)
        tasks.handle(members.router())
        tasks.faults().loseReplies(1, Submission::class.java)

        shouldThrow<BrokerUnavailableException> { members.signUp("ada@example.org") }
        tasks.advanceUntilIdle()
        mailer.sent shouldContainExactly listOf("ada@example.org")
    }

    test("coroutines and tasks live by one clock") {
        val members = Members(tasks.client(), mailer)
        tasks.handle(members.router())
        val campaign = CoroutineScope(tasks.dispatcher).launch {
            repeat(3) {
                members.signUp("member-$it@example.org")
                delay(1.minutes)
            }
        }

        tasks.run { delay(2.minutes) }
        mailer.sent shouldHaveSize 2
        tasks.advance(1.minutes)
        mailer.sent shouldHaveSize 3
        campaign.isCompleted shouldBe true
    }
})
