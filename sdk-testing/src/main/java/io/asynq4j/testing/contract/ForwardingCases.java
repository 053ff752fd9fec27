package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.ids;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Upkeep.Forwarded;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Moving tasks on when they are due. */
final class ForwardingCases {
    private ForwardingCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a scheduled task becomes pending at its time, and not a moment before", trial -> {
                trial.accept(in(trial, "a", 60));
                var early = trial.broker().forward(QUEUE, trial.in(60).minusMillis(1), 10);
                trial.equal("forwarded", new Forwarded(0, trial.in(60)), early);
                trial.holds(TaskState.SCHEDULED, "a");

                trial.advance(60);
                trial.equal("forwarded", new Forwarded(1, null), trial.broker().forward(QUEUE, trial.now(), 10));
                trial.holds(TaskState.SCHEDULED);
                trial.holds(TaskState.PENDING, "a");
                trial.equal(
                        "pending since",
                        trial.now(),
                        trial.only(TaskState.PENDING).time());
                trial.equal("task fetched", "a", trial.take().id());
            }),
            ContractCase.of("a retried task becomes pending at its time, and not a moment before", trial -> {
                trial.settle(Trial.retried(trial.taken("a"), trial.in(60)));
                var early = trial.broker().forward(QUEUE, trial.in(60).minusMillis(1), 10);
                trial.equal("forwarded", new Forwarded(0, trial.in(60)), early);

                trial.advance(60);
                trial.equal("forwarded", new Forwarded(1, null), trial.broker().forward(QUEUE, trial.now(), 10));
                trial.holds(TaskState.RETRY);
                trial.equal(
                        "pending since",
                        trial.now(),
                        trial.only(TaskState.PENDING).time());
                trial.equal("retried", 1, trial.take().message().progress().retried());
            }),
            ContractCase.of("due tasks become pending in the order of their time, behind those that wait", trial -> {
                trial.accept(in(trial, "c", 30), in(trial, "a", 10), in(trial, "b", 20), in(trial, "later", 3600));
                trial.accept("waiting");
                trial.advance(60);
                trial.equal(
                        "forwarded",
                        new Forwarded(3, trial.in(3540)),
                        trial.broker().forward(QUEUE, trial.now(), 10));
                trial.holds(TaskState.PENDING, "waiting", "a", "b", "c");
            }),
            ContractCase.of("retried tasks become pending in the order of their time", trial -> {
                var a = trial.taken("a");
                var b = trial.taken("b");
                trial.settle(Trial.retried(b, trial.in(20)), Trial.retried(a, trial.in(10)));
                trial.advance(60);
                trial.forward(QUEUE);
                trial.holds(TaskState.PENDING, "a", "b");
            }),
            ContractCase.of("tasks become pending by their time, whether they were scheduled or are retried", trial -> {
                trial.settle(Trial.retried(trial.taken("retried"), trial.in(10)));
                trial.accept(in(trial, "scheduled", 20));
                trial.advance(60);
                trial.forward(QUEUE);
                trial.holds(TaskState.PENDING, "retried", "scheduled");
            }),
            ContractCase.of("no more tasks are moved than the limit, and the earliest that is left is told", trial -> {
                trial.accept(IntStream.range(0, 5)
                        .mapToObj(n -> in(trial, "task-" + n, 10 + n))
                        .toList());
                trial.advance(60);
                var start = trial.in(-60);
                trial.equal(
                        "forwarded",
                        new Forwarded(2, start.plusSeconds(12)),
                        trial.broker().forward(QUEUE, trial.now(), 2));
                trial.holds(TaskState.PENDING, "task-0", "task-1");
                trial.equal("forwarded", new Forwarded(3, null), trial.broker().forward(QUEUE, trial.now(), 3));
                trial.equal("forwarded", new Forwarded(0, null), trial.broker().forward(QUEUE, trial.now(), 3));
            }),
            ContractCase.of(
                    "the limit is one for scheduled and retried tasks together, and so is what is told", trial -> {
                        trial.settle(Trial.retried(trial.taken("retried"), trial.in(10)));
                        trial.accept(in(trial, "scheduled", 10), in(trial, "later", 300));
                        trial.settle(Trial.retried(trial.taken("retried later"), trial.in(200)));
                        trial.advance(60);
                        var start = trial.in(-60);
                        trial.equal(
                                "moved",
                                1,
                                trial.broker().forward(QUEUE, trial.now(), 1).moved());
                        trial.equal(
                                "forwarded",
                                new Forwarded(1, start.plusSeconds(200)),
                                trial.broker().forward(QUEUE, trial.now(), 10));
                        trial.equal(
                                "number of pending tasks",
                                2,
                                trial.ids(QUEUE, TaskState.PENDING).size());
                    }),
            ContractCase.of("1,000 due tasks are moved in one call that may", trial -> {
                trial.accept(IntStream.range(0, 1_000)
                        .mapToObj(n -> in(trial, "task-" + n, 10))
                        .toList());
                trial.advance(60);
                trial.equal(
                        "forwarded", new Forwarded(1_000, null), trial.broker().forward(QUEUE, trial.now(), 1_000));
                trial.equal("number of tasks fetched", 1_000, trial.fetch(1_000).size());
            }),
            ContractCase.of("there is nothing to move where nothing waits", trial -> {
                trial.accept("a");
                for (var queue : List.of(QUEUE, "never")) {
                    trial.equal(
                            "forwarded", new Forwarded(0, null), trial.broker().forward(queue, trial.in(3600), 10));
                }
            }),
            ContractCase.of("only tasks of the queue are moved", trial -> {
                trial.accept(
                        in(trial, "a", 10),
                        trial.place("b", options().queue(LOW).processIn(Duration.ofSeconds(10))));
                trial.advance(60);
                trial.forward(QUEUE);
                trial.holds(TaskState.PENDING, "a");
                trial.equal("scheduled in low", List.of("b"), trial.ids(LOW, TaskState.SCHEDULED));
            }),
            ContractCase.of(
                    "a delayed task of a group joins it when it is due, and its group is known from then", trial -> {
                        trial.accept(trial.place("a", options().group("mails").processIn(Duration.ofSeconds(10))));
                        trial.holds(TaskState.SCHEDULED, "a");
                        trial.advance(10);
                        trial.equal(
                                "forwarded",
                                new Forwarded(1, null),
                                trial.broker().forward(QUEUE, trial.now(), 10));
                        trial.holds(TaskState.PENDING);
                        trial.equal(
                                "tasks of the group",
                                List.of("a"),
                                trial.view().aggregating(QUEUE, "mails").stream()
                                        .map(stored -> stored.id())
                                        .toList());
                        trial.equal(
                                "in the group since",
                                trial.now(),
                                trial.only(TaskState.AGGREGATING).time());
                        trial.equal("groups", Set.of("mails"), trial.view().groups(QUEUE));
                    }),
            ContractCase.of("due tasks go to their groups and to pending, each where it belongs", trial -> {
                trial.accept(
                        in(trial, "a", 10),
                        trial.place("b", options().group("mails").processIn(Duration.ofSeconds(11))),
                        in(trial, "c", 12));
                trial.advance(60);
                trial.equal("forwarded", new Forwarded(3, null), trial.broker().forward(QUEUE, trial.now(), 10));
                trial.holds(TaskState.PENDING, "a", "c");
                trial.holds(TaskState.AGGREGATING, "b");
                trial.equal("tasks fetched", List.of("a", "c"), ids(trial.fetch(10)));
            }));

    private static Placement in(Trial trial, String id, long seconds) {
        return trial.place(id, options().processIn(Duration.ofSeconds(seconds)));
    }
}
