package io.asynq4j.interop

import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.TaskIdConflictException
import tools.jackson.databind.JsonNode

/** What an error is, whatever its text: the sentinel of the Go library that it stands for, or "other". */
internal object ErrorKind {
    private const val OTHER = "other"

    fun of(error: JsonNode): String = error.get("is").items.map { it.asString() }.singleOrNull {
        it.startsWith("ErrTask") ||
            it.startsWith("ErrDuplicate")
    }
        ?: OTHER

    fun of(failure: Throwable): String = when (failure) {
        is DuplicateTaskException -> "ErrDuplicateTask"
        is TaskIdConflictException -> "ErrTaskIDConflict"
        else -> OTHER
    }
}
