package io.asynq4j.server;

import io.asynq4j.spi.Broker;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.TaskException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the broker for a sign of life now and then, and tells the user's function what came of it. */
final class HealthChecker implements Loop.Turn {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    private final Broker broker;
    private final Consumer<Optional<TaskException>> told;
    private final Duration interval;

    HealthChecker(Broker broker, Consumer<Optional<TaskException>> told, Duration interval) {
        this.broker = broker;
        this.told = told;
        this.interval = interval;
    }

    @Override
    public Duration runOnce() {
        Optional<TaskException> problem;
        try {
            broker.ping();
            problem = Optional.empty();
        } catch (BrokerUnavailableException unavailable) { // told, not thrown: the interval is the user's
            problem = Optional.of(unavailable);
        }
        try {
            told.accept(problem);
        } catch (Throwable failed) { // Errors too: it is asked again next time
            log.error("the health check failed", failed);
        }
        return interval;
    }
}
