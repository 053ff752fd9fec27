package io.asynq4j.interop

import io.asynq4j.inspect.Inspector
import io.asynq4j.inspect.Page
import io.asynq4j.spi.Shelf
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskState
import tools.jackson.databind.JsonNode

/** Calls of the Go library's inspector as those of ours that come closest; it throws what ours does. */
internal class InspectorCalls(private val inspector: Inspector) {
    /** What comes of a call, in the form of the recordings; null for nothing. */
    fun call(name: String, args: JsonNode): JsonNode? {
        ALL.matchEntire(name)?.let { (change, state) -> return json(changeAll(change, shelf(state, args))) }
        LIST.matchEntire(name)?.let { (state) -> return list(shelf(state, args), page(args)) }
        return one(name, args) ?: look(name, args)
    }

    private fun one(name: String, args: JsonNode): JsonNode? {
        when (name) {
            "RunTask" -> inspector.run(args.queue, args.id)

            "ArchiveTask" -> inspector.archive(args.queue, args.id)

            "DeleteTask" -> inspector.delete(args.queue, args.id)

            "UpdateTaskPayload" ->
                inspector.updatePayload(args.queue, args.id, Payload.of(args.text("payload_hex").unhex()))

            "CancelProcessing" -> inspector.cancel("default", args.id)

            // the queue is what a caller of ours has to add

            "PauseQueue" -> check(inspector.pause(args.queue)) { "paused already" }

            "UnpauseQueue" -> check(inspector.unpause(args.queue)) { "not paused" }

            "DeleteQueue" -> inspector.removeQueue(args.queue, args.get("force").asBoolean())

            else -> return null
        }
        return json(null)
    }

    private fun look(name: String, args: JsonNode): JsonNode = json(
        when (name) {
            "Queues" -> inspector.queues()

            "GetQueueInfo" -> InspectorJson.of(inspector.queue(args.queue), inspector.memoryUsage(args.queue))

            "History" -> inspector.history(args.queue, args.int("days")).map(InspectorJson::of)

            "Groups" -> inspector.groups(args.queue).map(InspectorJson::of)

            "GetTaskInfo" -> InspectorJson.of(inspector.task(args.queue, args.id))

            "Servers" -> inspector.servers().map(InspectorJson::of)

            "SchedulerEntries" -> inspector.schedulerEntries().map(InspectorJson::of)

            "ListSchedulerEnqueueEvents" ->
                inspector.schedulerEvents(args.text("entry_id"), page(args)).map(InspectorJson::of)

            else -> error("no call $name")
        },
    )

    private fun changeAll(change: String, shelf: Shelf): Long = when (change) {
        "Run" -> inspector.runAll(shelf)
        "Archive" -> inspector.archiveAll(shelf)
        else -> inspector.deleteAll(shelf)
    }

    private fun list(shelf: Shelf, page: Page) = json(inspector.list(shelf, page).map(InspectorJson::of))

    private fun shelf(state: String, args: JsonNode) = if (state == "Aggregating") {
        Shelf.group(args.queue, args.text("group"))
    } else {
        Shelf.of(args.queue, TaskState.valueOf(state.uppercase()))
    }

    private fun page(args: JsonNode) =
        Page.of(args.opt("page")?.asLong() ?: 1, args.opt("page_size")?.asInt() ?: Page.DEFAULT_SIZE)

    private val JsonNode.queue get() = text("queue")

    private val JsonNode.id get() = text("task_id")

    private operator fun MatchResult.component1() = groupValues[1]

    private operator fun MatchResult.component2() = groupValues[2]

    private companion object {
        val ALL = Regex("(Run|Archive|Delete)All([A-Z][a-z]+)Tasks")
        val LIST = Regex("List([A-Z][a-z]+)Tasks")
    }
}
