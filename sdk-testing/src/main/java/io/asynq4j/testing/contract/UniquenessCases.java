package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Placement;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Unique locks: who gets one, who is refused, and when they end. */
final class UniquenessCases {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Task SAME = Task.of("report:build", Payload.ofUtf8("{\"month\":11}"));

    private UniquenessCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of(
                    "a task like one that holds a lock is refused as a duplicate, named by queue and id", trial -> {
                        trial.accept(unique(trial, "first"));
                        var refused = trial.refused(
                                DuplicateTaskException.class,
                                trial.submit(unique(trial, "second")).get(0));
                        trial.equal("queue", QUEUE, refused.queue());
                        trial.equal("id", "second", refused.id());
                        trial.holds(TaskState.PENDING, "first");
                    }),
            ContractCase.of("a lock is one of queue, type and payload, whatever the rest", trial -> {
                trial.accept(
                        unique(trial, "first"),
                        unique(trial, "other queue", SAME, options().queue(LOW)),
                        unique(trial, "other type", Task.of("report:send", SAME.payload()), options()),
                        unique(trial, "other payload", Task.of("report:build", Payload.ofUtf8("{}")), options()));
                var rest = options()
                        .header("trace", "1")
                        .maxRetry(1)
                        .timeout(HOUR)
                        .retention(HOUR)
                        .group("reports");
                trial.refused(
                        DuplicateTaskException.class,
                        trial.submit(unique(trial, "other rest", SAME, rest)).get(0));
                trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
            }),
            ContractCase.of("a lock may be on a key instead of the payload, still of queue and type", trial -> {
                var key = options().uniqueKey("november");
                var other = Task.of("report:build", Payload.ofUtf8("{\"draft\":2}"));
                trial.accept(unique(trial, "first", SAME, key));
                trial.refused(
                        DuplicateTaskException.class,
                        trial.submit(unique(trial, "second", other, key)).get(0));
                trial.accept(
                        unique(trial, "third", SAME, options().uniqueKey("december")),
                        unique(trial, "fourth", SAME, options()),
                        unique(trial, "fifth", Task.of("report:send"), key),
                        unique(trial, "sixth", SAME, key.queue(LOW)));
                trial.settle(new Ending.Done(trial.take()));
                trial.accept(unique(trial, "seventh", other, key));
            }),
            ContractCase.of("a lock on a key is that of a task with this text as its payload", trial -> {
                trial.accept(unique(trial, "first", SAME, options().uniqueKey("november")));
                refuses(trial, Task.of("report:build", Payload.ofUtf8("november")));
            }),
            ContractCase.of("a lock on a key is released when the archive drops its holder", trial -> {
                var key = options().uniqueKey("november");
                var one = new ArchiveLimits(1, Duration.ofDays(1));
                trial.accept(unique(trial, "first", SAME, key));
                trial.settle(new Ending.Archived(trial.take(), "boom", one));
                trial.advance(1);
                trial.settle(new Ending.Archived(trial.taken("second"), "boom", one));
                trial.accept(unique(trial, "third", SAME, key));
            }),
            ContractCase.of("no payload and an empty one are two for uniqueness", trial -> {
                var none = Task.of("cache:purge");
                var empty = Task.of("cache:purge", Payload.of(new byte[0]));
                trial.accept(unique(trial, "none", none, options()), unique(trial, "empty", empty, options()));
                refuses(trial, none);
                refuses(trial, empty);
            }),
            ContractCase.of("a task that asks for no lock is no duplicate, and takes none", trial -> {
                trial.accept(unique(trial, "first"), trial.place(SAME, options().taskId("second")));
                var plain = Task.of("plain");
                trial.accept(trial.place(plain, options()), unique(trial, "third", plain, options()));
            }),
            ContractCase.of("pending, scheduled and grouped tasks have the same lock", trial -> {
                trial.accept(unique(trial, "first", SAME, options().processIn(HOUR)));
                trial.submit(
                                unique(trial, "second"),
                                unique(trial, "third", SAME, options().group("reports")))
                        .forEach(outcome -> trial.refused(DuplicateTaskException.class, outcome));
                var other = Task.of("other");
                trial.accept(unique(trial, "fourth", other, options().group("reports")));
                trial.submit(
                                unique(trial, "fifth", other, options()),
                                unique(trial, "sixth", other, options().processIn(HOUR)))
                        .forEach(outcome -> trial.refused(DuplicateTaskException.class, outcome));
            }),
            ContractCase.of("of two alike in one submission the first gets the lock", trial -> {
                var outcomes = trial.submit(unique(trial, "first"), unique(trial, "second"), trial.place("third"));
                trial.isTrue(
                        "the first is stored", outcomes.get(0) instanceof EnqueueOutcome.Accepted, outcomes.get(0));
                trial.refused(DuplicateTaskException.class, outcomes.get(1));
                trial.isTrue(
                        "the third is stored", outcomes.get(2) instanceof EnqueueOutcome.Accepted, outcomes.get(2));
                trial.holds(TaskState.PENDING, "first", "third");
            }),
            ContractCase.of("a fetched task has the name of its lock, one without a lock has none", trial -> {
                trial.accept(
                        unique(trial, "a"),
                        trial.place("b"),
                        unique(trial, "c", Task.of("c"), options().processIn(Duration.ofSeconds(1))));
                trial.isTrue(
                        "the lock has a name",
                        !trial.take().message().uniqueKey().isEmpty(),
                        "empty");
                trial.equal("name of no lock", "", trial.take().message().uniqueKey());
                trial.advance(1);
                trial.forward(QUEUE);
                trial.isTrue(
                        "the lock has a name",
                        !trial.take().message().uniqueKey().isEmpty(),
                        "empty");
            }),
            ContractCase.of("a task that is refused for its id takes no lock", trial -> {
                trial.accept("taken");
                trial.refused(
                        TaskIdConflictException.class,
                        trial.submit(unique(trial, "taken")).get(0));
                trial.accept(unique(trial, "free"));
            }),
            ContractCase.of("a task whose lock is held and whose id is taken is a duplicate", trial -> {
                trial.accept(unique(trial, "first"));
                trial.refused(
                        DuplicateTaskException.class,
                        trial.submit(unique(trial, "first")).get(0));
            }),
            ContractCase.of("a lock ends when its task is done", trial -> {
                trial.accept(unique(trial, "first"));
                trial.settle(new Ending.Done(trial.take()));
                trial.accept(unique(trial, "second"));
            }),
            ContractCase.of("a lock ends when its task is completed, although that is kept", trial -> {
                trial.accept(unique(trial, "first", SAME, options().retention(HOUR)));
                trial.settle(new Ending.Completed(trial.take()));
                trial.accept(unique(trial, "second"));
            }),
            ContractCase.of("the lock of a delayed task ends when that is done", trial -> {
                trial.accept(unique(trial, "first", SAME, options().processIn(Duration.ofSeconds(1))));
                trial.advance(1);
                trial.forward(QUEUE);
                trial.settle(new Ending.Done(trial.take()));
                trial.accept(unique(trial, "second"));
            }),
            ContractCase.of(
                    "a lock is kept while its task is active, retried, forwarded, released or archived", trial -> {
                        trial.accept(unique(trial, "first"));
                        var lease = trial.take();
                        refuses(trial, SAME);
                        trial.settle(Trial.retried(lease, trial.now()));
                        refuses(trial, SAME);
                        trial.forward(QUEUE);
                        refuses(trial, SAME);
                        trial.settle(new Ending.Released(trial.take()));
                        refuses(trial, SAME);
                        trial.settle(Trial.archived(trial.take()));
                        refuses(trial, SAME);
                    }),
            ContractCase.of("a lock ends when its time is over, whatever its task does", trial -> {
                trial.accept(unique(trial, "first", SAME, options(), Duration.ofSeconds(60)));
                trial.settle(Trial.retried(trial.take(), trial.in(3600))); // does not make it last longer
                trial.advance(50);
                refuses(trial, SAME);
                trial.advance(11);
                trial.accept(unique(trial, "second"));
            }),
            ContractCase.of("the time of a delayed task's lock counts from its start", trial -> {
                trial.accept(unique(trial, "first", SAME, options().processIn(HOUR), HOUR));
                trial.advance(3600 + 3500);
                refuses(trial, SAME);
                trial.advance(101);
                trial.accept(unique(trial, "second"));
            }),
            ContractCase.of("a task that ends leaves a lock alone that is another one's by then", trial -> {
                trial.accept(unique(trial, "first", SAME, options(), Duration.ofSeconds(60)));
                var first = trial.take();
                trial.advance(61);
                trial.accept(unique(trial, "second"));
                trial.settle(new Ending.Done(first));
                refuses(trial, SAME);
                trial.settle(new Ending.Done(trial.take()));
                trial.accept(unique(trial, "third"));
            }));

    private static Placement unique(Trial trial, String id) {
        return unique(trial, id, SAME, options());
    }

    private static Placement unique(Trial trial, String id, Task task, Options options) {
        return unique(trial, id, task, options, HOUR);
    }

    private static Placement unique(Trial trial, String id, Task task, Options options, Duration lockFor) {
        return trial.place(task, options.taskId(id).uniqueFor(lockFor));
    }

    private static void refuses(Trial trial, Task task) {
        trial.refused(
                DuplicateTaskException.class,
                trial.submit(unique(trial, "refused", task, options())).get(0));
    }
}
