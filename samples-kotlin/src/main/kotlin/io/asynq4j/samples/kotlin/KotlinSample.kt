package io.asynq4j.samples.kotlin

import io.asynq4j.kotlin.invoke
import io.asynq4j.kotlin.taskClient
import io.asynq4j.kotlin.taskServer
import io.asynq4j.kotlin.taskType
import io.asynq4j.spi.Broker
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.serialization.Serializable
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Enqueues and handles a task in coroutines: nothing here blocks a thread. */
internal object KotlinSample {
    @Serializable
    data class Thumbnail(val file: String, val width: Int = 200)

    private val thumbnail = taskType<Thumbnail>("image:thumbnail")

    suspend fun run(broker: Broker, tell: (String) -> Unit) {
        val rendered = CompletableDeferred<Unit>()
        val server = taskServer(broker) {
            concurrency = 500
            around { next ->
                tell("begins, attempt ${context.retried() + 1}")
                next()
            }
            handle(thumbnail) { image ->
                delay(10.milliseconds) // the work; cancelled on deadline, cancellation, lost lease
                tell("${image.file} at ${image.width} pixels")
                rendered.complete(Unit)
            }
        }
        val client = broker.taskClient()
        server.start()
        try {
            client.enqueue(thumbnail(Thumbnail("ada.png"))) { timeout = 30.seconds }
            rendered.await()
        } finally {
            server.close()
            client.close()
        }
    }
}
