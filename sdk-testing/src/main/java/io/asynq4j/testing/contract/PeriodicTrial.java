package io.asynq4j.testing.contract;

import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Fired.Outcome;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.PeriodicEntry;
import io.asynq4j.spi.Standing;
import io.asynq4j.task.Options;
import io.asynq4j.task.Overlap;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One periodic entry in a trial. Times are seconds after the trial's beginning. */
final class PeriodicTrial {
    static final PeriodicEntry ENTRY = entry("every second");

    private final Trial trial;
    private final Instant start;
    private final Overlap overlap;

    PeriodicTrial(Trial trial, Overlap overlap) {
        this.trial = trial;
        this.start = trial.now();
        this.overlap = overlap;
    }

    static PeriodicEntry entry(String rhythm) {
        return new PeriodicEntry(Trial.QUEUE, "nightly", rhythm, Duration.ofDays(1));
    }

    Instant at(long second) {
        return start.plusSeconds(second);
    }

    Standing join(PeriodicEntry entry) {
        return trial.broker().joinPeriodic(List.of(entry), trial.now()).get(0);
    }

    /** Asks for a time, with a task of this id, and expects an outcome. */
    Fired due(long second, String id, Outcome expected) {
        return due(second, id, Trial.options(), expected);
    }

    Fired due(long second, String id, Options options, Outcome expected) {
        return fire(Firing.Kind.DUE, second, second, id, options, expected);
    }

    Fired rest(String id, Outcome expected) {
        return fire(Firing.Kind.REST, 0, 0, id, Trial.options(), expected);
    }

    Fired fire(Firing.Kind kind, long second, long through, String id, Options options, Outcome expected) {
        return fire(kind, at(second), at(through), id, options, expected);
    }

    Fired fire(Firing.Kind kind, Instant planned, Instant through, String id, Options options, Outcome expected) {
        var task = Task.of("tick", Payload.ofUtf8("tock"));
        var placement = trial.place(task, options.taskId(id));
        var firing = new Firing(ENTRY, kind, planned, through, overlap, placement);
        var fired = trial.broker().fire(List.of(firing)).get(0);
        trial.equal(kind + " at " + planned + " with " + id, expected, fired.outcome());
        return fired;
    }

    /** Expects the entry to have got as far as that. */
    void stands(long second, @Nullable String task, boolean leftOver, boolean paused) {
        trial.equal("standing", new Standing(at(second), task, leftOver, paused), join(ENTRY));
    }
}
