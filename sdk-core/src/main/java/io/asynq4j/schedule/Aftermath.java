package io.asynq4j.schedule;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.Schedules.Recorded;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.TaskException;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows from firings: histories, listeners, log lines, and tasks of before that are asked to stop. */
final class Aftermath {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    private final Broker broker;
    private final List<SchedulerListener> listeners;

    /** A firing, and what it came to. */
    record Done(Entry entry, Firing firing, Fired answer) {
        /** Also where a first call was carried out, and its answer lost. */
        boolean isStored() {
            var standing = answer.standing();
            return answer.outcome() == Fired.Outcome.STORED
                    || (answer.outcome() == Fired.Outcome.NOT_LATER
                            && standing != null
                            && firing.task().message().id().equals(standing.task()));
        }
    }

    Aftermath(Broker broker, List<SchedulerListener> listeners) {
        this.broker = broker;
        this.listeners = listeners;
    }

    /** Tells that {@code firings} are about to be asked for. */
    void before(Entry entry, List<Firing> firings) {
        for (var firing : firings) {
            tell(listener -> {
                if (firing.kind() != Firing.Kind.REST) {
                    listener.enqueueing(entry.periodic().task(), entry.options());
                }
            });
        }
    }

    void record(List<Done> all, Instant now) {
        var events = new ArrayList<Recorded>();
        for (var done : all) {
            if (done.isStored()) {
                var event = new SchedulerEvent(done.firing().task().message().id(), now);
                events.add(new Recorded(
                        done.entry().id(), event, done.firing().entry().keep()));
            }
        }
        if (!events.isEmpty()) {
            record(events);
        }
        all.forEach(this::follow);
    }

    /** Like {@link #record} for a single one, whose caller wants to know. */
    TaskInfo byHand(Done done, Instant now) {
        record(List.of(done), now);
        var why = refusal(done);
        if (why != null) {
            throw why;
        }
        return done.firing().task().info();
    }

    private void record(List<Recorded> events) {
        try {
            broker.recordEvents(events);
        } catch (BrokerUnavailableException unavailable) {
            log.warn(
                    "{} tasks are missing in the histories of periodic tasks: {}",
                    events.size(),
                    unavailable.getMessage());
        }
    }

    private void follow(Done done) {
        var firing = done.firing();
        var message = firing.task().message();
        if (done.isStored()) {
            tell(listener -> listener.enqueued(firing.task().info()));
        }
        var cancel = done.answer().cancel();
        if (cancel != null) {
            broker.cancel(message.queue(), cancel).exceptionally(failed -> {
                log.warn("task {} of queue {} could not be asked to stop", cancel, message.queue(), failed);
                return false;
            });
        }
        var why = refusal(done);
        if (why != null) {
            refused(done, why);
        }
    }

    private static @Nullable TaskException refusal(Done done) {
        var message = done.firing().task().message();
        return switch (done.answer().outcome()) {
            case ID_TAKEN -> new TaskIdConflictException(message.queue(), message.id());
            case LOCK_HELD -> new DuplicateTaskException(message.queue(), message.id(), message.type());
            default -> null;
        };
    }

    private void refused(Done done, TaskException why) {
        log.warn(
                "periodic task {} at {} was refused: {}",
                done.entry().id(),
                done.firing().planned(),
                why.getMessage());
        tell(listener ->
                listener.refused(done.entry().periodic().task(), done.entry().options(), why));
    }

    private void tell(Consumer<SchedulerListener> news) {
        for (var listener : listeners) {
            try {
                news.accept(listener);
            } catch (Throwable failed) { // Errors too: periodic tasks go on
                log.error("a listener of the scheduler failed", failed);
            }
        }
    }
}
