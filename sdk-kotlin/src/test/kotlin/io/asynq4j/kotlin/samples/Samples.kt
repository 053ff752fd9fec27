package io.asynq4j.kotlin.samples

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.ContextKey
import io.asynq4j.handler.Middleware
import io.asynq4j.handler.SnoozeException
import io.asynq4j.kotlin.CoroutineTaskServer
import io.asynq4j.kotlin.CurrentTask
import io.asynq4j.kotlin.LenientJson
import io.asynq4j.kotlin.TaskCancellation
import io.asynq4j.kotlin.binaryCodec
import io.asynq4j.kotlin.coroutines
import io.asynq4j.kotlin.currentTask
import io.asynq4j.kotlin.currentTaskOrNull
import io.asynq4j.kotlin.invoke
import io.asynq4j.kotlin.jsonCodec
import io.asynq4j.kotlin.suspending
import io.asynq4j.kotlin.taskClient
import io.asynq4j.kotlin.taskRouter
import io.asynq4j.kotlin.taskServer
import io.asynq4j.kotlin.taskType
import io.asynq4j.kotlin.with
import io.asynq4j.kotlin.withDefaults
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.Codec
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.TaskInfo
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.BinaryFormat
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

@Serializable
internal data class WelcomeEmail(val userId: Long)

internal val welcomeEmail = taskType<WelcomeEmail>("email:welcome")

internal class Mailer {
    val sent = mutableListOf<Long>()

    suspend fun welcome(userId: Long) {
        delay(1)
        sent += userId
    }
}

internal fun declareTypes() = listOf(
    taskType<WelcomeEmail>("email:welcome"),
    taskType("email:goodbye", jsonCodec(WelcomeEmail.serializer(), LenientJson))
        .withDefaults {
            queue = "low"
            retention = 24.hours
        },
)

internal fun chooseFormat(format: BinaryFormat) = listOf(
    jsonCodec(WelcomeEmail.serializer(), Json { encodeDefaults = true }),
    binaryCodec(WelcomeEmail.serializer(), format),
)

internal suspend fun enqueueOne(broker: Broker): TaskInfo {
    val client = broker.taskClient()
    try {
        return client.enqueue(welcomeEmail(WelcomeEmail(42))) {
            queue = "critical"
            maxRetry = 10
            processIn = 10.seconds
            header("trace", "4bf92f35")
        }
    } finally {
        client.close()
    }
}

internal suspend fun enqueueMany(broker: Broker): List<EnqueueOutcome> {
    val client = broker.taskClient()
    val urgent = client.enqueueAll(listOf(welcomeEmail(WelcomeEmail(1)).with { queue = "critical" }))
    val members = (2L..1_000L).asFlow().map { welcomeEmail(WelcomeEmail(it)) }
    return urgent + client.enqueueAll(members, batch = 100).toList()
}

internal suspend fun cancelTask(broker: Broker): Boolean {
    val client = broker.taskClient()
    client.enqueue(welcomeEmail(WelcomeEmail(42))) { taskId = "welcome-42" }
    return client.cancel(queue = "default", taskId = "welcome-42") // false: nobody works on it
}

internal suspend fun askForTheTask(): String {
    currentTaskOrNull() ?: return "called outside of a handler"
    val task: CurrentTask = currentTask()
    return "attempt ${task.retried + 1} at $task, at most until ${task.deadline}"
}

internal suspend fun tellCancellations(work: suspend () -> Unit) {
    try {
        withTimeout(5.minutes) { work() }
    } catch (cancelled: TaskCancellation) {
        if (cancelled.reason == CancelReason.SHUTDOWN) println("another server goes on with this")
        throw cancelled
    } catch (own: CancellationException) {
        throw IllegalStateException("took more than five minutes", own) // retried like any other failure
    }
}

internal fun startServer(broker: Broker, mailer: Mailer): CoroutineTaskServer {
    val server = taskServer(broker) {
        concurrency = 500
        queues("critical" to 6, "default" to 3, "low" to 1)
        shutdownTimeout = 20.seconds
        settings { crashLimit(3) }

        handle(welcomeEmail) { email -> mailer.welcome(email.userId) }
    }
    server.start()
    return server // and before the broker is closed: server.close()
}

internal suspend fun pauseServer(server: CoroutineTaskServer): String {
    server.quiet()
    return "${server.state}: ${server.health.problems()}"
}

internal suspend fun runServer(broker: Broker, mailer: Mailer) = coroutineScope {
    val server = taskServer(broker, Dispatchers.IO) {
        handle(welcomeEmail) { email -> mailer.welcome(email.userId) }
    }
    val running = launch { server.run() }
    delay(1.seconds)
    running.cancel() // drains
}

internal fun CoroutineScope.routeTasks(mailer: Mailer, log: (String) -> Unit) = taskRouter {
    use(Middleware.logging())
    coroutineContext { task -> CoroutineName(task.type()) }
    around { next ->
        log("started $id")
        next()
        log("ended $id")
    }
    handle(welcomeEmail) { email -> mailer.welcome(email.userId) }
    alias(welcomeEmail, "mail:welcome") // its name before
    handle("image:") { task -> log("${task.payload().size()} bytes for $type") }
}

/** Producers may be newer than this worker: until it is replaced, what it cannot read waits. */
internal fun CoroutineScope.waitForDeployment(mailer: Mailer) = taskRouter {
    unreadable { SnoozeException(java.time.Duration.ofMinutes(5)) }
    handle(welcomeEmail) { email -> mailer.welcome(email.userId) }
}

internal val tenant = ContextKey.of<String>("tenant")

internal fun CoroutineScope.writeReport(mailer: Mailer) = taskRouter {
    handle(welcomeEmail) { email ->
        mailer.welcome(email.userId)
        writeResult(Codec.utf8(), "welcomed ${email.userId} of ${value(tenant) ?: "nobody"}")
    }
    handle("raw:") { task -> writeResult(task.payload()) }
}

internal fun bridgeToJava(broker: Broker, scope: CoroutineScope, mailer: Mailer): TaskServer {
    val client = TaskClient.of(broker).coroutines(broker.blocking())
    val router = scope.taskRouter {
        handle(welcomeEmail) { email ->
            mailer.welcome(email.userId)
            client.enqueue(welcomeEmail(email)) { queue = "low" }
        }
    }
    router.handleAsync("audit:", scope.suspending { task -> println("${task.type()} $queue") })
    return TaskServer.builder(broker).build().also { it.start(router) }
}
