package io.asynq4j.interop

import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.TaskInfo
import tools.jackson.databind.JsonNode

/** Tasks in the form of the recordings. */
internal object MessageJson {
    fun of(message: TaskMessage): JsonNode = obj(
        "type" to message.type(),
        "payload_hex" to message.payload().bytes().hex(),
        "id" to message.id(),
        "queue" to message.queue(),
        "retry" to message.limits().maxRetry(),
        "retried" to message.progress().retried(),
        "error_msg" to message.progress().error(),
        "timeout" to message.limits().timeoutSeconds(),
        "deadline" to message.limits().deadlineUnixSeconds(),
        "unique_key" to message.uniqueKey(),
        "last_failed_at" to message.progress().lastFailedAtUnixSeconds(),
        "retention" to message.limits().retentionSeconds(),
        "completed_at" to message.progress().completedAtUnixSeconds(),
        "group_key" to message.group(),
        "headers" to message.headers(),
    )

    /** Without `is_orphaned` and `result_hex`, which nobody can say of a task that was just stored. */
    fun of(info: TaskInfo): JsonNode = obj(
        "id" to info.id(),
        "queue" to info.queue(),
        "type" to info.type(),
        "payload_hex" to info.payload().bytes().hex(),
        "headers" to info.headers(),
        "state" to info.state().word(),
        "max_retry" to info.maxRetry(),
        "retried" to info.retried(),
        "last_err" to info.lastError().orElse(""),
        "last_failed_at_unix_s" to info.progress().lastFailedAt()?.epochSecond,
        "timeout_s" to (info.limits().timeout()?.toSeconds() ?: 0),
        "deadline_unix_s" to info.limits().deadline()?.epochSecond,
        "group" to info.group().orElse(""),
        "next_process_at_unix_ms" to info.nextProcessAt().map { it.toEpochMilli() }.orElse(null),
        "retention_s" to info.limits().retention().toSeconds(),
        "completed_at_unix_s" to info.progress().completedAt()?.epochSecond,
    )
}
