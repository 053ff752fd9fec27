package io.asynq4j.kotlin

import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.kotest.advance
import io.asynq4j.kotest.dispatcher
import io.asynq4j.kotest.run
import io.asynq4j.kotest.testTasks
import io.asynq4j.kotlin.samples.Mailer
import io.asynq4j.kotlin.samples.Trace
import io.asynq4j.kotlin.samples.WelcomeEmail
import io.asynq4j.kotlin.samples.continueTrace
import io.asynq4j.kotlin.samples.enqueueTraced
import io.asynq4j.kotlin.samples.routeTasks
import io.asynq4j.kotlin.samples.tenant
import io.asynq4j.kotlin.samples.waitForDeployment
import io.asynq4j.kotlin.samples.welcomeEmail
import io.asynq4j.kotlin.samples.writeReport
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Routes of coroutines on one virtual clock with everything else. */
class TaskRoutesTest : FunSpec({
    val tasks by testTasks { server { it.contextValue(tenant, "acme") } }
    val unreadable = Task.of("email:welcome", Payload.ofUtf8("{}"))

    fun scope() = CoroutineScope(SupervisorJob() + tasks.dispatcher)

    test("handlers in virtual time see what the sample's routes put around them") {
        val log = mutableListOf<String>()
        tasks.handle(scope().routeTasks(Mailer()) { log += it })
        tasks.client().enqueue(welcomeEmail(WelcomeEmail(1)))
        tasks.client().enqueue(Task.of("mail:welcome", welcomeEmail(WelcomeEmail(2)).payload()))
        tasks.client().enqueue(Task.of("image:thumbnail"))
        tasks.advanceUntilIdle()
        log.sorted() shouldContainExactly listOf("0 bytes for image:thumbnail") +
            (1..3).map { "ended task-00000$it" } + (1..3).map { "started task-00000$it" }
    }

    test("a payload that does not fit archives its task at once") {
        tasks.handle(scope().taskRouter { handle(welcomeEmail) { } })
        tasks.client().enqueue(unreadable)
        tasks.runDue()
        tasks.archived().single().lastError shouldContain "no 'userId'"
    }

    test("unless the policy is another: to wait for a newer worker") {
        tasks.handle(scope().waitForDeployment(Mailer()))
        tasks.client().enqueue(unreadable)
        tasks.advance(1.hours)
        tasks.scheduled().single().retried shouldBe 0
    }

    test("or to retry it like any other, or to drop it") {
        tasks.handle(
            scope().taskRouter {
                unreadable { it }
                handle(welcomeEmail) { }
            },
        )
        tasks.client().enqueue(unreadable)
        tasks.runDue()
        tasks.retrying().single().lastError shouldContain "no 'userId'"

        tasks.handle(
            scope().taskRouter {
                unreadable { RevokeTaskException("of no use", it) }
                handle(welcomeEmail) { }
            },
        )
        tasks.advance(1.minutes)
        tasks.retrying().shouldBeEmpty()
        tasks.archived().shouldBeEmpty()
    }

    test("a trace goes from the coroutine that enqueues to the one that handles") {
        val traces = mutableListOf<String?>()
        tasks.handle(scope().continueTrace { traces += currentCoroutineContext()[Trace]?.parent })
        val client = tasks.client().coroutines(blocking = false)
        tasks.run {
            withContext(Trace("00-4bf92f35-01")) { client.enqueueTraced(welcomeEmail(WelcomeEmail(1))) }
            client.enqueueTraced(welcomeEmail(WelcomeEmail(2)))
        }
        tasks.runDue()
        traces shouldContainExactly listOf("00-4bf92f35-01", null)
    }

    test("a result is kept with the task, and values of the server are at hand") {
        tasks.handle(scope().writeReport(Mailer()))
        tasks.client().enqueue(welcomeEmail(WelcomeEmail(42)).with { retention = 1.hours })
        tasks.client().enqueue(Task.of("raw:", Payload.ofUtf8("as it is")).with { retention = 1.hours })
        tasks.advance(1.seconds)
        tasks.completed().map { it.result?.utf8() } shouldContainExactlyInAnyOrder
            listOf("as it is", "welcomed 42 of acme")
    }
})
