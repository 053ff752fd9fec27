package io.asynq4j.samples.moving;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.jackson.JacksonCodec;
import io.asynq4j.schedule.Missed;
import io.asynq4j.schedule.PeriodicTask;
import io.asynq4j.task.Options;
import io.asynq4j.task.Overlap;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;

/** A service whose method was run in the background by another library. */
final class Reports {
    /** What the arguments of the method were. */
    record Monthly(int year, int month) {}

    static final TaskType<Monthly> MONTHLY = TaskType.of("report:monthly", JacksonCodec.of(Monthly.class))
            .withDefaults(Options.defaults().queue("reports").maxRetry(10).timeout(Duration.ofMinutes(15)));

    private final TaskClient client;
    private final PrintStream out;

    Reports(TaskClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    /** Was the call that put it in the background. */
    TaskInfo request(int year, int month) {
        return client.enqueue(MONTHLY.task(new Monthly(year, month)));
    }

    /** Was the call that scheduled it. */
    TaskInfo remind(int year, int month) {
        return client.enqueue(
                MONTHLY.task(new Monthly(year, month)),
                Options.defaults().processIn(Duration.ofHours(24)).uniqueFor(Duration.ofHours(1)));
    }

    /** Was the method, annotated or named in a lambda. */
    void write(Monthly report, TaskContext context) {
        out.println("report of " + report.year() + "-" + report.month() + ", attempt " + (context.retried() + 1));
    }

    /** Says which method is whose. */
    TaskRouter router() {
        return TaskRouter.create().handle(MONTHLY, this::write);
    }

    /** Was a job with a trigger: at a quarter past ten, Monday to Friday. */
    static PeriodicTask everyWorkday() {
        return PeriodicTask.of("15 10 * * MON-FRI", MONTHLY.task(new Monthly(2026, 11)))
                .named("workday-report")
                .onMissed(Missed.once()) // a misfire instruction
                .onOverlap(Overlap.SKIP); // no concurrent execution
    }
}
