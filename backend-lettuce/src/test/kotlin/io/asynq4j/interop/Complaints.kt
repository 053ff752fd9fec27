package io.asynq4j.interop

import io.asynq4j.handler.ErrorHandler
import io.asynq4j.handler.TaskContext
import io.asynq4j.task.Task
import tools.jackson.databind.JsonNode
import java.util.Collections

/** An error handler that remembers its calls, in the form of the recordings. */
internal class Complaints : ErrorHandler {
    val calls: MutableList<JsonNode> = Collections.synchronizedList(mutableListOf())

    override fun handle(task: Task, context: TaskContext, failure: Throwable) {
        calls.add(
            obj(
                "task_id" to context.taskId(),
                "type" to task.type(),
                "text" to failure.message,
                "is_panic_error" to (failure is Error),
            ),
        )
    }
}
