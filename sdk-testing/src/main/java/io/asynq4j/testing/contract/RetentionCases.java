package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** How long tasks are kept that are over. */
final class RetentionCases {
    private RetentionCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a completed task is deleted when its retention is over, and not before", trial -> {
                complete(trial, "a", 60);
                trial.advance(59);
                trial.equal("deleted", 0, trial.broker().deleteExpired(QUEUE, trial.now(), 10));
                trial.holds(TaskState.COMPLETED, "a");
                trial.advance(1);
                trial.equal("deleted", 1, trial.broker().deleteExpired(QUEUE, trial.now(), 10));
                trial.holds(TaskState.COMPLETED);
                trial.accept("a"); // the id is free again
            }),
            ContractCase.of(
                    "no more completed tasks are deleted than the limit, those that are over first go first", trial -> {
                        for (int i = 0; i < 5; i++) {
                            complete(trial, "task-" + i, 60 - i);
                        }
                        trial.advance(120);
                        trial.equal("deleted", 2, trial.broker().deleteExpired(QUEUE, trial.now(), 2));
                        trial.holds(TaskState.COMPLETED, "task-2", "task-1", "task-0");
                        trial.equal("deleted", 3, trial.broker().deleteExpired(QUEUE, trial.now(), 10));
                        trial.equal("deleted", 0, trial.broker().deleteExpired(QUEUE, trial.now(), 10));
                    }),
            ContractCase.of("only completed tasks of the queue are deleted", trial -> {
                complete(trial, "a", 60);
                trial.accept(trial.place("b", options().queue(LOW).retention(Duration.ofSeconds(60))));
                trial.settle(new Ending.Completed(trial.take(LOW)));
                trial.settle(Trial.archived(trial.taken("c")));
                trial.settle(Trial.retried(trial.taken("d"), trial.in(1)));
                trial.accept(trial.place("e", options().processIn(Duration.ofSeconds(1))));
                trial.taken("f");
                trial.accept("g");
                trial.advance(3600);
                trial.equal("deleted", 1, trial.broker().deleteExpired(QUEUE, trial.now(), 100));
                trial.equal("completed in low", List.of("b"), trial.ids(LOW, TaskState.COMPLETED));
                trial.holds(TaskState.ARCHIVED, "c");
                trial.holds(TaskState.RETRY, "d");
                trial.holds(TaskState.SCHEDULED, "e");
                trial.holds(TaskState.ACTIVE, "f");
                trial.holds(TaskState.PENDING, "g");
            }),
            ContractCase.of("an archived task is dropped by the next one that is archived after 90 days", trial -> {
                trial.settle(Trial.archived(trial.taken("old", options().uniqueFor(Duration.ofDays(365)))));
                trial.advance(Duration.ofDays(90).toSeconds() - 1);
                trial.settle(Trial.archived(trial.taken("new")));
                trial.holds(TaskState.ARCHIVED, "old", "new");
                trial.advance(1);
                trial.settle(Trial.archived(trial.taken("newest")));
                trial.holds(TaskState.ARCHIVED, "new", "newest");
                trial.accept(
                        trial.place("old", options().uniqueFor(Duration.ofDays(1)))); // its id and lock are free again
            }),
            ContractCase.of("the newest 10,000 archived tasks of a queue are kept", trial -> {
                for (int i = 0; i < 10; i++) {
                    archive(trial, i, 1_000);
                }
                trial.equal(
                        "archived tasks",
                        10_000,
                        trial.ids(QUEUE, TaskState.ARCHIVED).size());
                archive(trial, 10, 3);
                var kept = trial.ids(QUEUE, TaskState.ARCHIVED);
                trial.equal("archived tasks", 10_000, kept.size());
                trial.isTrue("the newest are kept", kept.containsAll(List.of("10-0", "10-1", "10-2")), kept.size());
                trial.equal(
                        "tasks of the first thousand",
                        997L,
                        kept.stream().filter(id -> id.startsWith("0-")).count());
            }),
            ContractCase.of("there is nothing to delete where nothing is completed", trial -> {
                trial.accept("a");
                trial.equal("deleted", 0, trial.broker().deleteExpired(QUEUE, trial.in(3600), 10));
                trial.equal("deleted", 0, trial.broker().deleteExpired("never", trial.in(3600), 10));
            }));

    /** Archives {@code count} tasks at once, a second after the last ones. */
    private static void archive(Trial trial, int batch, int count) {
        trial.advance(1);
        trial.accept(IntStream.range(0, count)
                .mapToObj(n -> trial.place(batch + "-" + n))
                .toList());
        var endings = trial.fetch(count).stream().map(Trial::archived).toList();
        trial.broker().settle(endings, trial.now());
    }

    private static void complete(Trial trial, String id, long retentionSeconds) {
        trial.settle(new Ending.Completed(trial.taken(id, options().retention(Duration.ofSeconds(retentionSeconds)))));
    }
}
