package io.asynq4j.samples.bankmail.app

import io.asynq4j.client.TaskClient
import io.asynq4j.kotlin.CoroutineTaskServer
import io.asynq4j.kotlin.taskServer
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.samples.bankmail.kotlin.KotlinTaskProcessor
import io.asynq4j.samples.bankmail.members.Members
import io.asynq4j.samples.bankmail.tasks.NotificationAggregator
import io.asynq4j.samples.bankmail.tasks.QueueTaskDistributor
import io.asynq4j.schedule.PeriodicTaskManager
import io.asynq4j.spi.Broker
import io.asynq4j.time.SystemTime
import io.asynq4j.yaml.YamlPeriodicTasks
import kotlinx.coroutines.runBlocking
import org.slf4j.LoggerFactory
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

private val log = LoggerFactory.getLogger("io.asynq4j.samples.bankmail.app.KotlinWorker")

/** The worker once more, in Kotlin: started in place of Java's, or beside it. */
internal object KotlinWorker {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val parts = Parts()
        val over = CountDownLatch(1)
        // SIGTERM and Ctrl-C begin the end of the Java machine, which waits for this thread; they may come before all is open.
        Runtime.getRuntime().addShutdownHook(
            Thread {
                log.info("closing")
                parts.close()
                log.info("closed")
                over.countDown()
            },
        )
        try {
            start(Settings.of(System.getenv()), parts)
        } catch (failed: Throwable) {
            parts.close() // or their threads would keep a worker alive that does not work
            throw failed
        }
        log.info("KOTLIN WORKER is ready")
        over.await()
    }

    private fun start(settings: Settings, parts: Parts) {
        val time = parts.add(SystemTime.open())
        val redis = Surroundings.redis(settings, parts)
        val members = Members(Surroundings.database(settings, parts), time)
        val mailer = Surroundings.mailer(settings, parts)
        val broker = parts.add(LettuceBroker.open(redis))
        val distributor = QueueTaskDistributor(parts.add(TaskClient.of(broker)))
        val server = server(broker, settings, KotlinTaskProcessor(members, mailer, distributor, time))
        parts.add(AutoCloseable { runBlocking { server.close() } })
        server.start()
        val tasks = YamlPeriodicTasks.of(PeriodicFile.of(settings, parts))
        parts.add(PeriodicTaskManager.builder(broker, tasks).syncInterval(30.seconds.toJavaDuration()).build()).start()
    }

    private fun server(broker: Broker, settings: Settings, processor: KotlinTaskProcessor): CoroutineTaskServer =
        taskServer(broker) {
            concurrency = 20
            queues("critical" to 6, "default" to 3, "low" to 1)
            lease = settings.lease().toKotlinDuration()
            leaseAllowance = settings.lease().toKotlinDuration()
            settings {
                retryPolicy(Worker.RETRIES)
                aggregator(NotificationAggregator())
                groupGracePeriod(10.seconds.toJavaDuration())
                groupMaxDelay(1.minutes.toJavaDuration())
                groupMaxSize(20)
            }
            processor.register(this)
        }
}
