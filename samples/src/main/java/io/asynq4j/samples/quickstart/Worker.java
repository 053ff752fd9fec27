package io.asynq4j.samples.quickstart;

import io.asynq4j.handler.RetryPolicy;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServer;
import io.asynq4j.server.TaskServerBuilder;
import io.asynq4j.spi.Broker;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;

/** The worker: turns tasks into letters and sends them. */
final class Worker {
    static final int SLOTS = 20;

    private Worker() {}

    static TaskRouter router(Letters letters, Mailer mailer) {
        return TaskRouter.create()
                .handle(
                        MailTasks.VERIFY,
                        (address, context) -> mailer.send(letters.verification(context.taskId(), address)))
                .handle(
                        MailTasks.DIGEST, //
                        (address, context) -> mailer.send(letters.digest(context.taskId(), address)));
    }

    /** A server with the patience of somebody who watches; the defaults suit one that nobody watches. */
    static TaskServerBuilder server(Broker broker, Timekeeper time) {
        return TaskServer.builder(broker)
                .concurrency(SLOTS)
                .queues(MailTasks.QUEUES)
                .retryPolicy(RetryPolicy.fixed(Duration.ofSeconds(1)))
                .checkInterval(Duration.ofMillis(200))
                .delayedCheckInterval(Duration.ofMillis(500))
                .shutdownTimeout(Duration.ofSeconds(2))
                .time(time);
    }
}
