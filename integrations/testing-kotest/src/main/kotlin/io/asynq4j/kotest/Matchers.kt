package io.asynq4j.kotest

import io.asynq4j.task.TaskType
import io.asynq4j.testing.TaskView
import io.asynq4j.testing.TestTasks

/**
 * Expects that a task of [type] was enqueued whose payload passes [check], and answers the first. The message shows all that
 * were enqueued, and why the last one of the type did not pass.
 */
public fun <T : Any> TestTasks.shouldHaveEnqueued(type: TaskType<T>, check: (T) -> Unit = {}): TaskView {
    var why: AssertionError? = null
    val found = enqueued(type).firstOrNull { task ->
        try {
            check(task.payload(type))
            true
        } catch (failed: AssertionError) {
            why = failed
            false
        }
    }
    if (found != null) return found
    try {
        return assertEnqueued(type) { false }
    } catch (none: AssertionError) {
        throw if (why ==
            null
        ) {
            none
        } else {
            AssertionError("${none.message}\nthe last one of the type fails with: ${why.message}", why)
        }
    }
}

/** Expects that no task of [type] was enqueued. */
public fun TestTasks.shouldNotHaveEnqueued(type: TaskType<*>): Unit = assertNotEnqueued(type)

/** Expects that nothing was enqueued. */
public fun TestTasks.shouldHaveEnqueuedNothing(): Unit = assertNothingEnqueued()
