package io.asynq4j.samples.ktor

import io.asynq4j.kotlin.invoke
import io.asynq4j.kotlin.taskType
import io.asynq4j.spi.Broker
import io.asynq4j.task.TaskIdConflictException
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.response.respondText
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.server.util.getOrFail
import kotlinx.serialization.Serializable

@Serializable
data class WelcomeEmail(val address: String)

val welcomeEmail = taskType<WelcomeEmail>("email:welcome")

/** An application with a route that answers at once, and leaves the work to a task. */
fun Application.signUps(broker: Broker, welcome: suspend (address: String) -> Unit) {
    install(Tasks) {
        this.broker = broker
        server = {
            concurrency = 100
            handle(welcomeEmail) { email -> welcome(email.address) }
        }
    }
    routing {
        post("/members/{address}") {
            val address = call.parameters.getOrFail("address")
            try {
                val task = call.application.taskClient.enqueue(welcomeEmail(WelcomeEmail(address))) {
                    taskId = "welcome-$address"
                }
                call.respondText(task.id, status = HttpStatusCode.Accepted)
            } catch (again: TaskIdConflictException) {
                call.respondText("signed up already", status = HttpStatusCode.Conflict)
            }
        }
    }
}
