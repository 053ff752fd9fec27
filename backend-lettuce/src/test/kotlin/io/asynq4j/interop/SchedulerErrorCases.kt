package io.asynq4j.interop

import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.PeriodicTaskConfigProvider
import io.asynq4j.schedule.PeriodicTaskManager
import io.asynq4j.schedule.Scheduler
import io.asynq4j.spi.Broker
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import tools.jackson.databind.JsonNode
import java.time.Duration

/** Makes the calls of errors.json that are about schedulers, in order. Whoever makes one closes it. */
internal class SchedulerErrorCases(private val broker: Broker) : AutoCloseable {
    private var scheduler = Scheduler.builder(broker).build()

    fun call(api: String, case: String, input: JsonNode) {
        when (api) {
            "Scheduler.Register" -> register(case, input)

            "Scheduler.Unregister" -> check(scheduler.unregister(input.text("entry_id"))) { "there is none" }

            "Scheduler.Start" -> start(case)

            "Scheduler.Run" -> scheduler.run()

            "Scheduler.Shutdown" -> Scheduler.builder(broker).build().close()

            // a new one
            "Scheduler.Ping" -> scheduler.ping()

            "Scheduler run" -> register(case, input)

            "NewPeriodicTaskManager" -> if (input.has("connection")) {
                manager(nothing()) {
                    emptyList()
                }
            } else {
                nobodyTells()
            }

            "PeriodicTaskManager.Start" -> manager(broker) { configs(input) }.use { it.start() }

            else -> error("no call $api")
        }
    }

    override fun close() = scheduler.close()

    private fun register(case: String, input: JsonNode) {
        val type = if (case == "empty task type") "" else input.opt("task_type")?.asString() ?: "t"
        val task = if (case == "null task") nothing() else Task.of(type)
        val texts = input.opt("options")?.items?.map { it.asString() }.orEmpty()
        scheduler.register(
            input.text("spec"),
            task,
            options(
                if (case ==
                    "unique TTL 1 ms"
                ) {
                    listOf("Unique(1ms)")
                } else {
                    texts
                },
            ),
        )
    }

    private fun options(texts: List<String>) = texts.fold(Options.defaults()) { options, text ->
        when (text) {
            "Unique(1ms)" -> options.uniqueFor(Duration.ofMillis(1))
            "Queue(\"\")" -> options.queue("")
            else -> error("no option $text")
        }
    }

    private fun start(case: String) {
        if (case == "after shutdown") scheduler.close()
        scheduler.start()
    }

    private fun configs(input: JsonNode): List<PeriodicTask> {
        check(input.opt("provider") == null) { "provider down" }
        return input.get("configs").items.map { config ->
            if (config.isNull) {
                nothing()
            } else {
                PeriodicTask.of(
                    config.text("spec"),
                    config.opt("task")?.let { Task.of(it.asString()) } ?: nothing(),
                )
            }
        }
    }

    private fun manager(on: Broker, provider: PeriodicTaskConfigProvider) =
        PeriodicTaskManager.builder(on, provider).build()

    private fun nobodyTells() = manager(broker, nothing())

    /** Null where Kotlin would not let it pass, though a Java program can. */
    @Suppress("UNCHECKED_CAST")
    private fun <T> nothing(): T = null as T
}
