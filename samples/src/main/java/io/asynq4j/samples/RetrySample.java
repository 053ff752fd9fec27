package io.asynq4j.samples;

import io.asynq4j.handler.Handler;
import io.asynq4j.handler.RetryPolicy;
import io.asynq4j.handler.RevokeTaskException;
import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.handler.SnoozeException;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/** What a handler and a server say about trying again. */
public final class RetrySample {
    /** What a bank answers. */
    enum Answer {
        PAID,
        NO_SUCH_ACCOUNT,
        CANCELLED,
        CLOSED,
        TIMED_OUT
    }

    /** Takes money. */
    interface Bank {
        Answer charge(String invoice) throws IOException;
    }

    /** Somebody else is served at the moment. */
    static final class Busy extends RuntimeException {
        Busy() {
            super("busy");
        }
    }

    private RetrySample() {}

    static TaskServer server(Broker broker, PrintStream out) {
        return TaskServer.builder(broker)
                .retryPolicy(RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(10))
                        .never(IllegalArgumentException.class) // would not get better
                        .forAtMost(Duration.ofDays(2)))
                .isFailure(failure -> !(failure instanceof Busy)) // a busy partner costs no retry
                .errorHandler((task, context, failure) -> out.println(task.type() + " failed: " + failure.getMessage()))
                .build();
    }

    static Handler<String> charge(Bank bank, PrintStream out) {
        return (invoice, context) -> {
            switch (bank.charge(invoice)) {
                case PAID -> out.println(invoice + " is paid");
                case NO_SUCH_ACCOUNT -> throw new SkipRetryException("no such account"); // archived, for people
                case CANCELLED -> throw new RevokeTaskException("cancelled meanwhile"); // deleted
                case CLOSED -> throw new SnoozeException(Duration.ofHours(8)); // later, no retry is used
                case TIMED_OUT -> throw new IOException("the bank does not answer"); // tried again
            }
        };
    }
}
