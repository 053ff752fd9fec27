import io.asynq4j.jedis.JedisBroker
import io.asynq4j.kotlin.CoroutineTaskClient
import io.asynq4j.kotlin.invoke
import io.asynq4j.kotlin.taskClient
import io.asynq4j.kotlin.taskServer
import io.asynq4j.kotlin.taskType
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.Serializable
import kotlin.time.Duration.Companion.seconds

@Serializable
data class WelcomeEmail(val address: String)

val welcomeEmail = taskType<WelcomeEmail>("email:welcome")

suspend fun signUp(client: CoroutineTaskClient, address: String) {
    client.enqueue(welcomeEmail(WelcomeEmail(address))) {
        // suspends, never blocks
        queue = "critical"
        maxRetry = 10
        processIn = 2.seconds
    }
}

fun main(args: Array<String>) = runBlocking {
    JedisBroker.open(args.firstOrNull() ?: "redis://localhost:6379").use { broker ->
        signUp(broker.taskClient(), "ada@example.org")
        taskServer(broker) {
            concurrency = 500 // coroutines are cheap
            queues("critical" to 6, "default" to 3)
            handle(welcomeEmail) { email -> println("Welcome, ${email.address}") }
        }.run()
    }
}
