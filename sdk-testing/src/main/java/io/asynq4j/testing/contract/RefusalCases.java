package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Placement;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Tasks whose id is taken. */
final class RefusalCases {
    private static final Duration HOUR = Duration.ofHours(1);

    private RefusalCases() {}

    static final List<ContractCase> CASES = List.of(
            taken(TaskState.PENDING, trial -> trial.accept("a")),
            taken(
                    TaskState.SCHEDULED,
                    trial -> trial.accept(trial.place("a", options().processIn(HOUR)))),
            taken(
                    TaskState.AGGREGATING,
                    trial -> trial.accept(trial.place("a", options().group("mails")))),
            taken(TaskState.ACTIVE, trial -> trial.taken("a")),
            taken(TaskState.RETRY, trial -> trial.settle(Trial.retried(trial.taken("a"), trial.in(60)))),
            taken(TaskState.ARCHIVED, trial -> trial.settle(Trial.archived(trial.taken("a")))),
            taken(
                    TaskState.COMPLETED,
                    trial -> trial.settle(
                            new Ending.Completed(trial.taken("a", options().retention(HOUR))))),
            ContractCase.of("an id that is taken is refused to scheduled and grouped tasks too", trial -> {
                trial.accept("a");
                trial.submit(
                                trial.place("a", options().processIn(HOUR)),
                                trial.place("a", options().group("mails")))
                        .forEach(outcome -> trial.refused(TaskIdConflictException.class, outcome));
                trial.holds(TaskState.SCHEDULED);
                trial.holds(TaskState.AGGREGATING);
                trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
            }),
            ContractCase.of("an id that is taken names its queue and itself", trial -> {
                trial.accept(trial.place("a", options().queue(LOW)));
                var refused = trial.refused(
                        TaskIdConflictException.class,
                        trial.submit(trial.place("a", options().queue(LOW))).get(0));
                trial.equal("queue", LOW, refused.queue());
                trial.equal("id", "a", refused.id());
            }),
            ContractCase.of(
                    "two queues may hold tasks of the same id, which have nothing to do with each other", trial -> {
                        trial.accept(
                                trial.place("a"), trial.place("a", options().queue(LOW)));
                        var here = trial.take(QUEUE);
                        var there = trial.take(LOW);
                        trial.settle(new Ending.Done(here));
                        trial.equal("active in low", List.of("a"), trial.ids(LOW, TaskState.ACTIVE));
                        trial.settle(Trial.archived(there));
                        trial.equal("archived in low", List.of("a"), trial.ids(LOW, TaskState.ARCHIVED));
                        trial.holds(TaskState.ARCHIVED);
                    }),
            ContractCase.of("of two tasks with one id in a submission the first is stored", trial -> {
                var outcomes = trial.submit(
                        trial.place(
                                Task.of("first", Payload.ofUtf8("1")), options().taskId("a")),
                        trial.place(
                                Task.of("second", Payload.ofUtf8("2")),
                                options().taskId("a")));
                trial.isTrue(
                        "the first is stored", outcomes.get(0) instanceof EnqueueOutcome.Accepted, outcomes.get(0));
                trial.refused(TaskIdConflictException.class, outcomes.get(1));
                trial.equal("type", "first", trial.take().message().type());
                trial.equal("others", List.of(), trial.fetch(1));
            }),
            ContractCase.of("a refused task does not hinder the others, and the outcomes are in order", trial -> {
                trial.accept(IntStream.range(0, 10)
                        .mapToObj(n -> trial.place("old-" + n))
                        .toList());
                var ids = IntStream.range(0, 100)
                        .mapToObj(n -> n % 10 == 3 ? "old-" + n / 10 : "new-" + n)
                        .toList();
                var outcomes = trial.submit(ids.stream().map(trial::place).toList());
                for (int i = 0; i < ids.size(); i++) {
                    if (i % 10 == 3) {
                        var refused = trial.refused(TaskIdConflictException.class, outcomes.get(i));
                        trial.equal("id of outcome " + i, ids.get(i), refused.id());
                    } else {
                        trial.equal(
                                "id of outcome " + i,
                                ids.get(i),
                                outcomes.get(i).orThrow().id());
                    }
                }
                trial.equal(
                        "number of pending tasks",
                        100,
                        trial.ids(QUEUE, TaskState.PENDING).size());
            }),
            ContractCase.of("outcomes are in order when one submission is of many queues", trial -> {
                var placements = IntStream.range(0, 60)
                        .mapToObj(n -> trial.place("task-" + n % 40, options().queue("queue-" + n % 3)))
                        .toList();
                // 40 and 3 have no common divisor, so every id meets every queue: all are new.
                var outcomes = trial.submit(placements);
                for (int i = 0; i < placements.size(); i++) {
                    trial.equal(
                            "outcome " + i,
                            placements.get(i).info(),
                            outcomes.get(i).orThrow());
                }
            }),
            ContractCase.of("an id is free again when its task is done", trial -> {
                trial.settle(new Ending.Done(trial.taken("a")));
                trial.accept("a");
                trial.equal("task fetched", "a", trial.take().id());
            }));

    /** The id of a task is taken whatever its state, and the task does not notice that another one wants it. */
    private static ContractCase taken(TaskState state, Consumer<Trial> bringThere) {
        return ContractCase.of("the id of a task is taken while it is " + state.word(), trial -> {
            bringThere.accept(trial);
            var before = trial.only(state);
            Placement same = trial.place(
                    Task.of("other", Payload.ofUtf8("other")),
                    options().taskId("a").headers(Map.of("other", "one")));
            trial.refused(TaskIdConflictException.class, trial.submit(same).get(0));
            trial.equal("task that was there first", before, trial.only(state));
            if (state != TaskState.PENDING) {
                trial.holds(TaskState.PENDING);
            }
        });
    }
}
