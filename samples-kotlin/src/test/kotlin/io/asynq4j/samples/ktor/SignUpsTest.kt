package io.asynq4j.samples.ktor

import io.asynq4j.task.TaskState
import io.asynq4j.testing.InMemoryBroker
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.request.post
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpStatusCode
import io.ktor.server.testing.testApplication
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class SignUpsTest : FunSpec({
    test("a route enqueues, and the application's server works it off") {
        val broker = InMemoryBroker.create()
        val welcomed = CopyOnWriteArrayList<String>()
        testApplication {
            application { signUps(broker) { welcomed += it } }
            val answer = client.post("/members/ada@example.org")
            answer.status shouldBe HttpStatusCode.Accepted
            answer.bodyAsText() shouldBe "welcome-ada@example.org"
            eventually(10.seconds) { welcomed shouldContainExactly listOf("ada@example.org") }
        }
    }

    test("whoever signs up again while the task is there is told so") {
        val release = CompletableDeferred<Unit>()
        testApplication {
            application { signUps(InMemoryBroker.create()) { release.await() } }
            client.post("/members/ada@example.org").status shouldBe HttpStatusCode.Accepted
            client.post("/members/ada@example.org").status shouldBe HttpStatusCode.Conflict
            release.complete(Unit)
        }
    }

    test("the application does not stop before its handlers have ended, and then the server is gone") {
        val broker = InMemoryBroker.create()
        val started = CompletableDeferred<Unit>()
        val welcomed = CopyOnWriteArrayList<String>()
        testApplication {
            application {
                signUps(broker) {
                    started.complete(Unit)
                    delay(200.milliseconds)
                    welcomed += it
                }
            }
            client.post("/members/ada@example.org")
            started.await()
        }
        welcomed shouldContainExactly listOf("ada@example.org")
        broker.tasks("default", TaskState.ACTIVE).shouldBeEmpty()
        broker.servers().shouldBeEmpty()
    }
})
