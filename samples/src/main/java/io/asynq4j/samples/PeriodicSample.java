package io.asynq4j.samples;

import io.asynq4j.handler.Handler;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.schedule.Missed;
import io.asynq4j.schedule.PeriodicTask;
import io.asynq4j.schedule.Scheduler;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.Options;
import io.asynq4j.task.Overlap;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;

/** Cleans up every second until it has done so twice, and would write a report each night. */
public final class PeriodicSample {
    static final TaskType<String> CLEAN = TaskType.of("clean", Codec.utf8());
    static final TaskType<String> REPORT = TaskType.of("report", Codec.utf8());

    private PeriodicSample() {}

    static void run(Broker broker, PrintStream out) throws InterruptedException {
        var cleaned = new CountDownLatch(2);
        Handler<String> clean = (what, context) -> {
            out.println("cleaned " + what);
            cleaned.countDown();
        };
        try (var server = TaskServer.builder(broker).build();
                var scheduler = Scheduler.builder(broker)
                        .zone(ZoneId.of("Europe/Berlin"))
                        .build()) {
            server.start(TaskRouter.create().handle(CLEAN, clean));
            scheduler.register("@every 1s", CLEAN.task("carts"));
            scheduler.register(PeriodicTask.of("30 2 * * MON-FRI", REPORT.task("daily"))
                    .named("nightly-report") // its id, in all schedulers
                    .with(Options.defaults().queue("low").maxRetry(3))
                    .onMissed(Missed.once()) // when no scheduler was there: one for all
                    .onOverlap(Overlap.SKIP)); // not while the last one is not finished
            scheduler.start();
            cleaned.await();
            out.println("next report: " + scheduler.next("nightly-report", 1).size() + " time known");
        }
    }
}
