package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
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
                    "a completed task is kept for all of its retention, also when it ended within a second", trial -> {
                        var lease = trial.taken("a", options().retention(Duration.ofSeconds(60)));
                        var ended = trial.now().plusMillis(900);
                        trial.equal(
                                "answers",
                                List.of(Settled.WRITTEN),
                                trial.broker().settle(List.of(new Ending.Completed(lease)), ended));
                        trial.equal(
                                "deleted",
                                0,
                                trial.broker()
                                        .deleteExpired(
                                                QUEUE, ended.plusSeconds(60).minusMillis(1), 10));
                        trial.equal("deleted", 1, trial.broker().deleteExpired(QUEUE, ended.plusSeconds(61), 10));
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
            ContractCase.of("an archive is kept within the limits that are told, by whoever archives next", trial -> {
                var limits = new ArchiveLimits(3, Duration.ofSeconds(100));
                for (int i = 0; i < 5; i++) {
                    var unique = options().uniqueFor(Duration.ofHours(1));
                    trial.settle(new Ending.Archived(trial.taken("task-" + i, unique), "boom", limits));
                    trial.advance(10);
                }
                trial.holds(TaskState.ARCHIVED, "task-2", "task-3", "task-4");
                trial.accept(trial.place("task-0", options().uniqueFor(Duration.ofHours(1)))); // id and lock are free
                trial.take();
                trial.advance(69); // 99 s since task-2, 89 s since task-3
                trial.settle(new Ending.Archived(trial.taken("task-5"), "boom", new ArchiveLimits(9, limits.age())));
                trial.holds(TaskState.ARCHIVED, "task-2", "task-3", "task-4", "task-5");
                trial.advance(1);
                trial.settle(new Ending.Archived(trial.taken("task-6"), "boom", new ArchiveLimits(9, limits.age())));
                trial.holds(TaskState.ARCHIVED, "task-3", "task-4", "task-5", "task-6");
            }),
            ContractCase.of("an archive is trimmed to the limits that are told, a step at a time", trial -> {
                archive(trial, 0, 10);
                archive(trial, 1, 10);
                var few = new ArchiveLimits(5, Duration.ofDays(1));
                trial.equal("deleted", 12, trial.broker().trimArchive(QUEUE, few, trial.now(), 12));
                trial.equal("deleted", 3, trial.broker().trimArchive(QUEUE, few, trial.now(), 12));
                trial.equal(
                        "archived tasks",
                        5,
                        trial.ids(QUEUE, TaskState.ARCHIVED).size());
                var brief = new ArchiveLimits(5, Duration.ofSeconds(1));
                trial.equal("deleted", 0, trial.broker().trimArchive(QUEUE, brief, trial.now(), 12));
                trial.advance(1);
                trial.equal("deleted", 5, trial.broker().trimArchive(QUEUE, brief, trial.now(), 12));
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
