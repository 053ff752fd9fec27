package io.asynq4j.samples;

import io.asynq4j.inspect.Doctor;
import io.asynq4j.inspect.Inspector;
import io.asynq4j.inspect.Page;
import io.asynq4j.inspect.TaskFilter;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskState;
import java.io.PrintStream;

/** Looks at a queue, and runs again those of its archived tasks that failed for want of a network. */
final class InspectSample {
    private InspectSample() {}

    static void run(Broker broker, PrintStream out) {
        var inspector = Inspector.of(broker);
        var archived = Shelf.of("default", TaskState.ARCHIVED);

        var queue = inspector.queue("default");
        out.println(queue.count(TaskState.PENDING) + " pending, " + queue.count(TaskState.ARCHIVED) + " archived");
        for (var task : inspector.list(archived, Page.FIRST)) {
            out.println(task.id() + " " + task.type() + ": " + task.lastError().orElse(""));
        }

        long again = inspector.runAll(
                archived,
                TaskFilter.any().type("mail:*").errorContains("no route"),
                (done, total) -> out.println("looked at " + done + " of " + total));
        out.println(again + " run again");
    }

    static void examine(Broker broker, PrintStream out) {
        var doctor = Doctor.of(broker);
        for (var finding : doctor.examine()) {
            out.println(finding.queue() + ": " + finding.ailment() + " " + finding.subject());
            doctor.mend(finding);
        }
    }
}
