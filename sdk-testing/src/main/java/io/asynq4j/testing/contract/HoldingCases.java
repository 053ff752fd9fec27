package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Settled;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Who may settle: the attempt that is the task's current one, once, and nobody else. */
final class HoldingCases {
    private static final Duration HOUR = Duration.ofHours(1);

    private HoldingCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("an attempt that was settled is not settled again, however", trial -> {
                var number = 0;
                for (var first : endings(trial).entrySet()) {
                    for (var second : endings(trial).entrySet()) {
                        var lease = trial.taken("task-" + number++, options().retention(HOUR));
                        trial.settle(first.getValue().apply(lease));
                        refused(
                                trial,
                                second.getKey() + " after " + first.getKey(),
                                second.getValue().apply(lease));
                        trial.fetch(1); // the released one shall not be in the way of the next
                    }
                }
            }),
            ContractCase.of("an attempt named twice in one call is settled once", trial -> {
                var lease = trial.taken("a");
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN, Settled.NOT_HELD),
                        trial.trySettle(Trial.archived(lease), new Ending.Done(lease)));
                trial.holds(TaskState.ARCHIVED, "a");
                trial.equal("processed", 1L, trial.view().processed(QUEUE));
            }),
            ContractCase.of(
                    "a task that nobody has fetched is not settled, and neither is one that nobody knows", trial -> {
                        trial.accept("a");
                        var lease = new Lease(trial.place("a").message(), "attempt", trial.in(30));
                        endings(trial)
                                .forEach((name, ending) ->
                                        refused(trial, name + " of a pending one", ending.apply(lease)));
                        trial.holds(TaskState.PENDING, "a");
                        var unknown =
                                new Lease(trial.place("b", options().queue(LOW)).message(), "attempt", trial.in(30));
                        endings(trial)
                                .forEach((name, ending) -> refused(trial, name + " of none", ending.apply(unknown)));
                        trial.equal("queues", Set.of(QUEUE), trial.view().queues());
                    }),
            ContractCase.of("a late worker does not end the attempt of a later one", trial -> {
                var late = trial.taken("a");
                trial.settle(new Ending.Released(late));
                var current = trial.take();
                endings(trial)
                        .forEach((name, ending) -> refused(trial, name + " by a late worker", ending.apply(late)));
                trial.holds(TaskState.ACTIVE, "a");
                trial.settle(new Ending.Done(current));
            }),
            ContractCase.of("a worker whose task was taken back does not end it, wherever it is by then", trial -> {
                var lost = trial.taken("a");
                trial.advance(60);
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        trial.broker().recover(List.of(Trial.retried(lost, trial.now())), trial.now(), trial.now()));
                refused(trial, "the end of one that waits", new Ending.Done(lost));
                trial.forward(QUEUE);
                refused(trial, "the end of one that is pending", new Ending.Done(lost));
                trial.holds(TaskState.PENDING, "a");
                var current = trial.take();
                refused(trial, "the end of one that is another's", new Ending.Done(lost));
                trial.settle(Trial.archived(current));
                refused(trial, "the end of one that is archived", new Ending.Done(lost));
                trial.holds(TaskState.ARCHIVED, "a");
            }),
            ContractCase.of("a lease that has expired is still held until the task is taken back", trial -> {
                var lease = trial.taken("a");
                trial.advance(300);
                trial.settle(new Ending.Done(lease));
                trial.holds(TaskState.ACTIVE);
            }),
            ContractCase.of("an attempt is settled as the one it is, whatever its lease says about the time", trial -> {
                var lease = trial.taken("a");
                trial.broker().extend(List.of(lease), trial.in(60));
                trial.settle(new Ending.Done(lease)); // which still has the old expiry
            }));

    private static Map<String, Function<Lease, Ending>> endings(Trial trial) {
        var endings = new LinkedHashMap<String, Function<Lease, Ending>>();
        endings.put("done", Ending.Done::new);
        endings.put("completed", Ending.Completed::new);
        endings.put("retried", lease -> Trial.retried(lease, trial.in(60)));
        endings.put("archived", Trial::archived);
        endings.put("released", Ending.Released::new);
        endings.put("snoozed", lease -> new Ending.Snoozed(lease, lease.expiresAt()));
        return endings;
    }

    /** Expects that an ending is refused and changes nothing. */
    private static void refused(Trial trial, String what, Ending ending) {
        var before = Snapshot.of(trial);
        trial.equal("answer to " + what, List.of(Settled.NOT_HELD), trial.trySettle(ending));
        trial.equal("what there was before " + what + ":", before, Snapshot.of(trial));
    }

    /** All tasks and counters of the default queue. */
    private record Snapshot(Map<TaskState, List<String>> tasks, long processed, long failed) {
        static Snapshot of(Trial trial) {
            var tasks = new LinkedHashMap<TaskState, List<String>>();
            for (var state : TaskState.values()) {
                tasks.put(state, trial.ids(QUEUE, state));
            }
            return new Snapshot(
                    tasks, trial.view().processed(QUEUE), trial.view().failed(QUEUE));
        }
    }
}
