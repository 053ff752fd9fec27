package io.asynq4j.samples.ktor

import io.asynq4j.kotlin.CoroutineTaskClient
import io.asynq4j.kotlin.TaskServerSetup
import io.asynq4j.kotlin.taskClient
import io.asynq4j.kotlin.taskServer
import io.asynq4j.spi.Broker
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationStarted
import io.ktor.server.application.ApplicationStopping
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.hooks.MonitoringEvent
import io.ktor.util.AttributeKey
import kotlinx.coroutines.runBlocking

class TasksSettings {
    /** Opened and closed by whoever runs the application. */
    var broker: Broker? = null

    /** Which handlers, and how many at a time. */
    var server: TaskServerSetup.() -> Unit = {}
}

/** A task server that starts with the application, and is drained before the application stops. */
val Tasks = createApplicationPlugin("Tasks", ::TasksSettings) {
    val broker = requireNotNull(pluginConfig.broker) { "the plugin needs a broker" }
    val client = broker.taskClient()
    val server = taskServer(broker, setup = pluginConfig.server)
    application.attributes.put(CLIENT, client)

    on(MonitoringEvent(ApplicationStarted)) { server.start() }
    on(MonitoringEvent(ApplicationStopping)) {
        runBlocking {
            // Ktor has no suspending hook for this
            server.close()
            client.close()
        }
    }
}

/** For routes that enqueue. */
val Application.taskClient: CoroutineTaskClient get() = attributes[CLIENT]

private val CLIENT = AttributeKey<CoroutineTaskClient>("asynq4j")
