package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.PeriodicTrial.ENTRY;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Fired.Outcome;
import io.asynq4j.spi.Firing.Kind;
import io.asynq4j.task.Overlap;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;

/** Times at which periodic entries make tasks. */
final class PeriodicCases {
    private PeriodicCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("each time of a periodic entry makes one task, however often it is asked for", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                entry.due(10, "a", Outcome.STORED);
                entry.due(10, "b", Outcome.NOT_LATER);
                entry.due(9, "c", Outcome.NOT_LATER);
                entry.due(11, "d", Outcome.STORED);
                trial.holds(TaskState.PENDING, "a", "d");
                trial.isTrue("a queue that is known", trial.view().queues().contains(Trial.QUEUE), trial.view());
                entry.stands(11, "d", false, false);
            }),
            ContractCase.of("a time stays settled when its task is done and gone", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                entry.due(10, "a", Outcome.STORED);
                trial.settle(new Ending.Done(trial.take()));
                entry.due(10, "a", Outcome.NOT_LATER);
                trial.holds(TaskState.PENDING);
            }),
            ContractCase.of(
                    "a periodic entry begins when it is first seen, and goes on where it was after that", trial -> {
                        var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                        entry.stands(0, null, false, false);
                        trial.advance(5);
                        entry.stands(0, null, false, false);
                        entry.due(4, "a", Outcome.STORED);
                        entry.stands(4, "a", false, false);
                    }),
            ContractCase.of("a periodic entry whose schedule has changed begins anew, and never goes back", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                entry.stands(0, null, false, false);
                trial.advance(100);
                var changed = PeriodicTrial.entry("every hour");
                trial.equal("settled up to", entry.at(100), entry.join(changed).last());
                entry.due(200, "a", Outcome.STORED);
                trial.equal("settled up to", entry.at(200), entry.join(ENTRY).last());
            }),
            ContractCase.of("one firing can stand for several times", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                entry.fire(Kind.DUE, 10, 60, "a", Trial.options(), Outcome.STORED);
                entry.due(60, "b", Outcome.NOT_LATER);
                entry.due(61, "c", Outcome.STORED);
            }),
            ContractCase.of("fractions of a second are cut off the time of a firing", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                var half = entry.at(10).plusMillis(500);
                entry.fire(Kind.DUE, half, half, "a", Trial.options(), Outcome.STORED);
                entry.stands(10, "a", false, false);
                entry.fire(Kind.DUE, half.plusMillis(1), half.plusMillis(1), "b", Trial.options(), Outcome.NOT_LATER);
                entry.due(11, "c", Outcome.STORED);
            }),
            ContractCase.of("a firing that is refused settles its time too, and leaves nothing behind", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                var unique = Trial.options().uniqueFor(Duration.ofMinutes(1));
                entry.due(10, "a", unique, Outcome.STORED);
                entry.due(11, "b", unique, Outcome.LOCK_HELD);
                entry.due(11, "c", Outcome.NOT_LATER);
                entry.due(12, "a", Outcome.ID_TAKEN);
                entry.stands(12, "a", false, false);
                trial.holds(TaskState.PENDING, "a");
            }),
            ContractCase.of("a firing is stored where its options say", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                entry.due(10, "later", Trial.options().processIn(Duration.ofSeconds(30)), Outcome.STORED);
                entry.due(11, "grouped", Trial.options().group("g"), Outcome.STORED);
                trial.holds(TaskState.SCHEDULED, "later");
                trial.equal("due", trial.in(30), trial.only(TaskState.SCHEDULED).time());
                trial.holds(TaskState.AGGREGATING, "grouped");
            }),
            ContractCase.of("a paused entry makes no tasks, its times are settled, and by hand it makes one", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                trial.broker().pausePeriodic(ENTRY, true);
                entry.due(10, "a", Outcome.PAUSED);
                entry.fire(Kind.BY_HAND, 0, 0, "b", Trial.options(), Outcome.STORED);
                entry.stands(10, "b", false, true);
                trial.broker().pausePeriodic(ENTRY, false);
                entry.due(10, "c", Outcome.NOT_LATER);
                entry.due(11, "d", Outcome.STORED);
                trial.holds(TaskState.PENDING, "b", "d");
            }),
            ContractCase.of("a firing by hand settles no time", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.ALLOW);
                entry.due(10, "a", Outcome.STORED);
                entry.fire(Kind.BY_HAND, 20, 20, "b", Trial.options(), Outcome.STORED);
                entry.due(11, "c", Outcome.STORED);
                entry.stands(11, "c", false, false);
            }),
            ContractCase.of("an entry that skips makes no task while the one before is not finished", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.SKIP);
                entry.due(10, "a", Outcome.STORED);
                entry.due(11, "b", Outcome.SKIPPED);
                var lease = trial.take();
                entry.due(12, "c", Outcome.SKIPPED);
                trial.settle(Trial.retried(lease, trial.in(60)));
                entry.due(13, "d", Outcome.SKIPPED);
                trial.advance(60);
                trial.forward(Trial.QUEUE);
                trial.settle(Trial.archived(trial.take()));
                entry.due(14, "e", Outcome.STORED);
                trial.settle(new Ending.Done(trial.take()));
                entry.due(15, "f", Outcome.STORED);
                trial.holds(TaskState.PENDING, "f");
            }),
            ContractCase.of("an entry that buffers has one task wait for the one before", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.BUFFER_ONE);
                entry.rest("z", Outcome.NOTHING);
                entry.due(10, "a", Outcome.STORED);
                entry.due(11, "b", Outcome.BUFFERED);
                entry.due(12, "c", Outcome.BUFFERED);
                entry.rest("d", Outcome.NOTHING);
                entry.stands(12, "a", true, false);
                trial.settle(new Ending.Done(trial.take()));
                entry.rest("e", Outcome.STORED);
                entry.rest("f", Outcome.NOTHING);
                entry.stands(12, "e", false, false);
                trial.holds(TaskState.PENDING, "e");
            }),
            ContractCase.of("an entry that cancels deletes the task before where it waits, and its lock", trial -> {
                var entry = new PeriodicTrial(trial, Overlap.CANCEL_PREVIOUS);
                var unique = Trial.options().uniqueFor(Duration.ofMinutes(10));
                entry.due(10, "a", unique, Outcome.STORED);
                entry.due(11, "b", unique, Outcome.STORED);
                trial.holds(TaskState.PENDING, "b");
                trial.settle(Trial.retried(trial.take(), trial.in(60)));
                entry.due(12, "c", unique, Outcome.STORED);
                trial.holds(TaskState.RETRY);
                trial.holds(TaskState.PENDING, "c");
                trial.accept("a"); // of which nothing is left
            }),
            ContractCase.of(
                    "an entry that cancels names the task before where it runs, and deletes it before it is retried",
                    trial -> {
                        var entry = new PeriodicTrial(trial, Overlap.CANCEL_PREVIOUS);
                        entry.due(10, "a", Outcome.STORED);
                        var lease = trial.take();
                        var fired = entry.due(11, "b", Outcome.STORED);
                        trial.equal("task to be cancelled", "a", fired.cancel());
                        var again = entry.due(11, "b", Outcome.NOT_LATER);
                        trial.equal("the same, as that answer may be lost", "a", again.cancel());
                        var rest = entry.rest("c", Outcome.NOTHING);
                        trial.equal("the same, as the asking may be lost", "a", rest.cancel());
                        entry.stands(11, "b", true, false);
                        trial.settle(Trial.retried(lease, trial.in(60)));
                        trial.equal(
                                "task to be cancelled",
                                null,
                                entry.rest("d", Outcome.NOTHING).cancel());
                        entry.stands(11, "b", false, false);
                        trial.holds(TaskState.RETRY);
                        trial.holds(TaskState.PENDING, "b");
                    }));
}
