package io.asynq4j.lettuce.campaign

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.SnoozeException
import io.asynq4j.handler.TaskContext
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.Executors
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.TimeUnit

/** Does with each task what its [Plan] says, and notes when it starts, with how many retries used up, and what comes of it. */
internal class PlannedWork(private val ledger: Ledger) : AsyncHandler<Task> {
    private val timer = Executors.newScheduledThreadPool(1) { Thread(it, "work").apply { isDaemon = true } }

    override fun handle(task: Task, context: TaskContext): CompletionStage<*> {
        val id = context.taskId()
        ledger.note("start", id)
        ledger.note("retried", "$id ${context.retried()}")
        context.onCancel { reason -> ledger.note("cancelled", "$id $reason") }
        if (task.type() == AggregatorMain.BATCH) {
            ledger.note("handled", "$id ${task.payload().utf8()}")
            return later(id)
        }
        val (times, startMillis) = task.payload().utf8().split(' ').map { it.toLong() }
        val wrong = context.retried() < times
        return when (Behaviour.valueOf(task.type())) {
            Behaviour.SUCCEEDS -> later(id, context)

            Behaviour.FAILS -> if (wrong) failed(id, IllegalStateException(Plan.complaint(id))) else later(id, context)

            Behaviour.PANICS -> if (wrong) panic(id) else later(id, context)

            Behaviour.SKIPS_RETRY -> failed(id, SkipRetryException(Plan.complaint(id)))

            Behaviour.OVERRUNS, Behaviour.IS_CANCELLED -> if (wrong) untilCancelled(id, context) else later(id, context)

            Behaviour.SNOOZES ->
                if (System.currentTimeMillis() < startMillis) {
                    failed(id, SnoozeException(Duration.ofSeconds(1)))
                } else {
                    later(id, context)
                }

            Behaviour.JOINS -> error("a member of a group was run by itself: $id")
        }
    }

    /** Succeeds after a moment, when its result is kept. */
    private fun later(id: String, context: TaskContext? = null): CompletionStage<*> {
        val ended = CompletableFuture<Unit>()
        timer.schedule({ ended.complete(Unit) }, ThreadLocalRandom.current().nextLong(400), TimeUnit.MILLISECONDS)
        return ended
            .thenCompose { context?.writeResultAsync(Payload.ofUtf8(id)) ?: CompletableFuture.completedFuture(null) }
            .whenComplete { _, failure -> ledger.note(if (failure == null) "end" else "stopped", id) }
    }

    private fun untilCancelled(id: String, context: TaskContext): CompletionStage<*> {
        val ended = CompletableFuture<Unit>()
        context.onCancel {
            ledger.note("stopped", id)
            ended.completeExceptionally(CancellationException())
        }
        return ended
    }

    private fun failed(id: String, failure: Exception): CompletionStage<*> {
        ledger.note("stopped", id)
        return CompletableFuture.failedFuture<Unit>(failure)
    }

    private fun panic(id: String): Nothing {
        ledger.note("stopped", id)
        throw AssertionError(Plan.complaint(id))
    }
}
