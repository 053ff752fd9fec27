package io.asynq4j.cli.screen;

import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskState;

/** What the screen is about. */
sealed interface View {
    /** All queues. */
    record Queues() implements View {}

    /** The tasks of a queue in one state, page by page; of the groups one must have been chosen. */
    record Tasks(Shelf shelf, long page) implements View {
        Tasks(String queue, TaskState state) {
            this(Shelf.of(queue, state), 1);
        }

        Tasks turned(long pages) {
            return new Tasks(shelf, Math.max(1, page + pages));
        }
    }

    /** The groups of a queue. */
    record Groups(String queue) implements View {}

    /** One task. */
    record Detail(String queue, String id) implements View {}

    /** All servers. */
    record Servers() implements View {}
}
