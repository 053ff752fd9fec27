import io.asynq4j.kotest.advance
import io.asynq4j.kotest.dispatcher
import io.asynq4j.kotest.run
import io.asynq4j.kotest.testTasks
import io.asynq4j.kotlin.coroutines
import io.asynq4j.kotlin.currentTask
import io.asynq4j.kotlin.taskRouter
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import java.io.IOException
import kotlin.time.Duration.Companion.seconds

class WelcomeTest : FunSpec({
    val tasks by testTasks() // in-memory broker, virtual time, a real server on both

    test("a new member is welcomed after two seconds, even when the mail server hiccups") {
        val welcomed = mutableListOf<String>()
        tasks.handle(
            CoroutineScope(tasks.dispatcher).taskRouter {
                handle(welcomeEmail) { email ->
                    if (currentTask().retried == 0) throw IOException("hiccup")
                    welcomed += email.address
                }
            },
        )
        tasks.run { signUp(tasks.client().coroutines(blocking = false), "ada@example.org") }

        tasks.advance(2.seconds) // runs everything that falls due, on this thread
        tasks.retrying("critical").single().lastError shouldBe "hiccup"
        tasks.advanceUntilIdle()
        welcomed shouldContainExactly listOf("ada@example.org")
    }
})
