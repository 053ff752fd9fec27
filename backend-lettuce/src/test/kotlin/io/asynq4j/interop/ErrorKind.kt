package io.asynq4j.interop

import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.QueueNotEmptyException
import io.asynq4j.task.QueueNotFoundException
import io.asynq4j.task.TaskIdConflictException
import io.asynq4j.task.TaskNotFoundException
import tools.jackson.databind.JsonNode

/** What an error is, whatever its text: the sentinel of the Go library that it stands for, or "other". */
internal object ErrorKind {
    private const val OTHER = "other"

    fun of(error: JsonNode): String = error.get("is").items.map { it.asString() }.singleOrNull { KNOWN.matches(it) }
        ?: if (NO_QUEUE.containsMatchIn(error.text("text"))) "ErrQueueNotFound" else OTHER

    fun of(failure: Throwable): String = when (failure) {
        is DuplicateTaskException -> "ErrDuplicateTask"
        is TaskIdConflictException -> "ErrTaskIDConflict"
        is TaskNotFoundException -> "ErrTaskNotFound"
        is QueueNotFoundException -> "ErrQueueNotFound"
        is QueueNotEmptyException -> "ErrQueueNotEmpty"
        else -> OTHER
    }

    private val KNOWN = Regex("Err(Task|Duplicate|Queue).*")

    /** Where the Go library has no sentinel, and we have the same exception as elsewhere. */
    private val NO_QUEUE = Regex("queue \".*\" does not exist")
}
