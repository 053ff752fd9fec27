package io.asynq4j.samples.bankmail.app;

import io.asynq4j.handler.RetryPolicy;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.samples.bankmail.tasks.BankTasks;
import io.asynq4j.samples.bankmail.tasks.NotificationAggregator;
import io.asynq4j.schedule.PeriodicTaskManager;
import io.asynq4j.server.TaskServer;
import io.asynq4j.server.TaskServerBuilder;
import io.asynq4j.spi.Broker;
import io.asynq4j.yaml.YamlPeriodicTasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Works tasks off, and enqueues those that are due again and again. Of several processes that do so, one does for each time. */
final class Worker implements AutoCloseable {
    /** A mail server that says no now mostly says yes soon; all else has time. */
    static final RetryPolicy RETRIES = RetryPolicy.byType(
            Map.of(
                    BankTasks.VERIFY_EMAIL.name(),
                    RetryPolicy.exponential(Duration.ofSeconds(2), Duration.ofMinutes(5))),
            RetryPolicy.asynqDefault());

    private final TaskServer server;
    private final PeriodicTaskManager periodic;
    private final TaskRouter router;

    private Worker(TaskServer server, PeriodicTaskManager periodic, TaskRouter router) {
        this.server = server;
        this.periodic = periodic;
        this.router = router;
    }

    static Worker of(Broker broker, TaskRouter router, Path periodicFile, Duration lease) {
        var periodic = PeriodicTaskManager.builder(broker, YamlPeriodicTasks.of(periodicFile))
                .syncInterval(Duration.ofSeconds(30))
                .build();
        return new Worker(server(broker, lease).build(), periodic, router);
    }

    /** Works, and returns at once. */
    void start() {
        periodic.start();
        server.start(router);
    }

    /** Works until SIGTERM or Ctrl-C, and returns when the handlers have ended. */
    void run() {
        periodic.start();
        server.run(router);
    }

    private static TaskServerBuilder server(Broker broker, Duration lease) {
        return TaskServer.builder(broker)
                .concurrency(20)
                .queues(BankTasks.QUEUES)
                .retryPolicy(RETRIES)
                .leaseDuration(lease)
                .leaseAllowance(lease)
                .aggregator(new NotificationAggregator())
                .groupGracePeriod(Duration.ofSeconds(10)) // nothing to tell for that long
                .groupMaxDelay(Duration.ofMinutes(1)) // but nobody waits for longer than that
                .groupMaxSize(20);
    }

    /** Enqueues no more, fetches no more, and lets handlers end. */
    @Override
    public void close() {
        periodic.close();
        server.close();
    }
}
