package io.asynq4j.interop

import io.asynq4j.spi.GroupInfo
import io.asynq4j.spi.QueueDay
import io.asynq4j.spi.QueueInfo
import io.asynq4j.spi.SchedulerEntry
import io.asynq4j.spi.SchedulerEvent
import io.asynq4j.spi.ServerStatus
import io.asynq4j.task.TaskInfo
import io.asynq4j.task.TaskState
import tools.jackson.databind.JsonNode
import java.time.LocalDate
import java.time.ZoneOffset
import java.time.temporal.ChronoUnit

/** What an inspector tells, in the form of the recordings. */
internal object InspectorJson {
    fun of(info: QueueInfo, memory: Long): JsonNode = obj(
        "queue" to info.queue(),
        "memory_usage" to memory,
        "latency_ms" to info.latency().toMillis(),
        "size" to info.size(),
        "groups" to info.groups(),
        *TaskState.entries.map { it.word() to info.count(it) }.toTypedArray(),
        "processed" to info.today().processed(),
        "failed" to info.today().failed(),
        "processed_total" to info.ever().processed(),
        "failed_total" to info.ever().failed(),
        "paused" to info.paused(),
        "timestamp_unix_ms" to info.at().toEpochMilli(),
    )

    fun of(day: QueueDay): JsonNode = obj(
        "queue" to day.queue(),
        "processed" to day.attempts().processed(),
        "failed" to day.attempts().failed(),
        "date_offset_days" to ChronoUnit.DAYS.between(LocalDate.now(ZoneOffset.UTC), day.day()),
    )

    fun of(group: GroupInfo): JsonNode = obj("group" to group.group(), "size" to group.size())

    /** Of a payload that is absent nobody is told that it is not empty, so it is null as there. */
    fun of(task: TaskInfo): JsonNode = json(
        MessageJson.of(task).fields +
            mapOf(
                "is_orphaned" to json(task.orphaned()),
                "result_hex" to json(task.result().map { it.bytes().hex() }.orElse(null)),
                "payload_hex" to json(task.payload().bytes().hex().ifEmpty { null }),
            ),
    )

    fun of(status: ServerStatus): JsonNode = with(status.server()) {
        obj(
            "id" to serverId(),
            "host" to host(),
            "pid" to pid(),
            "concurrency" to concurrency(),
            "queues" to queues(),
            "strict_priority" to strictPriority(),
            "started_unix_ms" to startedAt().toEpochMilli(),
            "status" to status(),
            "active_workers" to status.running().sortedBy { it.taskId() }.map(::running),
        )
    }

    private fun running(running: ServerStatus.Running) = obj(
        "task_id" to running.taskId(),
        "task_type" to running.type(),
        "task_payload_hex" to running.payload().bytes().hex(),
        "queue" to running.queue(),
        "started_unix_ms" to running.startedAt().toEpochMilli(),
        "deadline_unix_ms" to running.deadline()?.toEpochMilli(),
    )

    fun of(entry: SchedulerEntry): JsonNode = obj(
        "id" to entry.id(),
        "spec" to entry.spec(),
        "task_type" to entry.taskType(),
        "task_payload_hex" to entry.payload().bytes().hex(),
        "opts" to entry.options(),
        "next_unix_ms" to entry.next()?.toEpochMilli(),
        "prev_unix_ms" to entry.previous()?.toEpochMilli(),
    )

    fun of(event: SchedulerEvent): JsonNode =
        obj("task_id" to event.taskId(), "enqueued_at_unix_ms" to event.at().toEpochMilli())
}
