package io.asynq4j.interop

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.ErrorHandler
import io.asynq4j.handler.Handler
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.TaskRouter
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.Task
import tools.jackson.databind.JsonNode
import java.time.Duration
import java.util.concurrent.CompletableFuture

/** Servers as the recordings configure them. */
internal object ServerSetup {
    fun server(
        broker: Broker,
        config: JsonNode,
        errors: ErrorHandler? = null,
        aggregator: AggregatorRules = AggregatorRules(),
    ): TaskServer {
        val builder = TaskServer.builder(broker)
        config.fields.forEach { (name, value) ->
            when (name) {
                "concurrency" -> builder.concurrency(value.asInt())

                "queues" -> builder.queues(value.fields.mapValues { it.value.asInt() })

                "strict_priority" -> builder.strictPriority(value.asBoolean())

                "task_check_interval_ms" -> builder.checkInterval(value.millis())

                "delayed_task_check_interval_ms" -> builder.delayedCheckInterval(value.millis())

                "janitor_interval_ms" -> builder.janitorInterval(value.millis())

                "janitor_batch_size" -> builder.janitorBatchSize(value.asInt())

                "shutdown_timeout_ms" -> builder.shutdownTimeout(value.millis())

                "fixed_retry_delay_s" -> builder.retryPolicy(RetryPolicy.fixed(Duration.ofSeconds(value.asLong())))

                "is_failure" -> builder.isFailure { false }.also { check(value.asString() == "always false") }

                "group_grace_period_ms" -> builder.groupGracePeriod(value.millis())

                "group_max_delay_ms" -> builder.groupMaxDelay(value.millis())

                "group_max_size" -> builder.groupMaxSize(value.asInt())

                "group_aggregator" -> builder.aggregator(aggregator.following(value))

                "error_handler" -> errors?.let { builder.errorHandler(it) }

                "mux_patterns" -> Unit

                // the handler's

                else -> error("no setting $name")
            }
        }
        return builder.build()
    }

    fun handler(config: JsonNode, rules: Handler<Task>): AsyncHandler<Task> {
        val patterns = config.opt("mux_patterns")
        return when {
            patterns != null -> TaskRouter.create().also {
                patterns.items.forEach { p -> it.handle(p.asString(), rules) }
            }

            else -> AsyncHandler { task, context -> CompletableFuture.completedFuture(rules.handle(task, context)) }
        }
    }

    private fun JsonNode.millis() = Duration.ofMillis(asLong())
}
