package io.asynq4j.interop

import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.PeriodicTaskConfigProvider
import io.asynq4j.schedule.PeriodicTaskManager
import io.asynq4j.schedule.Scheduler
import io.asynq4j.schedule.SchedulerListener
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.task.TaskException
import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.time.ZoneId
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger

/** Plays the steps that are about schedulers. Whoever makes one closes it. */
internal class PeriodicSteps(private val broker: () -> Broker, private val redis: RawRedis) : AutoCloseable {
    private var scheduler: Scheduler? = null
    private var manager: PeriodicTaskManager? = null
    private val ids = mutableListOf<String>()

    /** What was told of tasks that could not be enqueued. */
    val errors: MutableList<JsonNode> = CopyOnWriteArrayList()

    /** Whether there is such a step. */
    fun perform(step: JsonNode): Boolean {
        when (step.text("op")) {
            "scheduler_new" -> scheduler = scheduler(step)

            "scheduler_register" -> ids += register(step)

            "scheduler_start" -> scheduler!!.start()

            "scheduler_unregister" -> withClue(step) {
                scheduler!!.unregister(ids[0]) shouldBe
                    (step.opt("error") == null)
            }

            "scheduler_shutdown" -> scheduler!!.close()

            "periodic_task_manager_start" -> manager = manager(step).also { it.start() }

            "periodic_task_manager_shutdown" -> manager!!.close()

            "fill" -> if (step.text("description") == HISTORY) fill() else return false

            else -> return false
        }
        return true
    }

    override fun close() {
        scheduler?.close()
        manager?.close()
    }

    private fun scheduler(step: JsonNode) = Scheduler.builder(broker())
        .heartbeat(Duration.ofMillis(step.long("heartbeat_interval_ms")))
        .zone(ZoneId.of(step.opt("location")?.asString() ?: "UTC"))
        .listener(object : SchedulerListener {
            override fun refused(task: Task, options: Options, why: TaskException) {
                errors.add(json(ErrorKind.of(why)))
            }
        })
        .build()

    private fun register(step: JsonNode): String {
        val id = scheduler!!.register(
            step.text("spec"),
            TaskInput.task(step.get("task")),
            TaskInput.options(step.opt("options")),
        )
        return id.also { it shouldMatch Regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") }
    }

    private fun manager(step: JsonNode): PeriodicTaskManager {
        val calls = AtomicInteger()
        val provider = PeriodicTaskConfigProvider {
            val configs = if (calls.getAndIncrement() == 0) "configs_first_call" else "configs_later_calls"
            step.get(configs).items.map {
                PeriodicTask.of(it.text("spec"), TaskInput.task(it)).with(TaskInput.options(it.opt("options")))
            }
        }
        return PeriodicTaskManager.builder(broker(), provider)
            .syncInterval(Duration.ofMillis(step.long("sync_interval_ms")))
            .scheduler { it.heartbeat(Duration.ofMillis(step.long("heartbeat_interval_ms"))) }
            .build()
    }

    private fun fill() {
        val history = "asynq:scheduler_history:${ids[0]}"
        (1..1_005).forEach { redis.run("ZADD", history, "$it", "m$it") }
    }

    companion object {
        const val HISTORY = "for n = 1..1005: ZADD asynq:scheduler_history:<entry id> <n> m<n>"
    }
}
