package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Groups.ANY;
import static io.asynq4j.testing.contract.Groups.GROUP;
import static io.asynq4j.testing.contract.Groups.inGroup;
import static io.asynq4j.testing.contract.Groups.size;
import static io.asynq4j.testing.contract.Groups.unique;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Grouping.Finished;
import io.asynq4j.spi.Grouping.Reclaimed;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What becomes of members that are being aggregated. */
final class AggregationCases {
    private AggregationCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a task takes the place of the members, which are gone", trial -> {
                var groups = new Groups(trial);
                groups.join("a", "b");
                var set = groups.staged(size(2));
                groups.finished(set, options().taskId("sum").maxRetry(3));
                trial.holds(TaskState.PENDING, "sum");
                trial.equal("max retry", 3, trial.only(TaskState.PENDING).task().maxRetry());
                trial.equal("still staged", false, groups.isStaged(set));
                groups.hold();
                trial.accept("a", "b");
            }),
            ContractCase.of("the id of a member is taken while it is being aggregated", trial -> {
                var groups = new Groups(trial);
                groups.join("a");
                groups.staged(ANY);
                trial.refused(
                        TaskIdConflictException.class,
                        trial.submit(trial.place("a")).get(0));
            }),
            ContractCase.of("a set becomes a task once, however often that is asked for", trial -> {
                var groups = new Groups(trial);
                groups.join("a");
                var set = groups.staged(ANY);
                groups.finished(set, options().taskId("first"));
                var again = trial.broker().finish(set, 1, groups.batch(options().taskId("second")), trial.now());
                trial.equal("finishing again", Finished.NOT_STAGED, again);
                trial.holds(TaskState.PENDING, "first");
            }),
            ContractCase.of("a set is not finished for other members than it has", trial -> {
                var groups = new Groups(trial);
                groups.join("a", "b");
                var set = groups.staged(size(2));
                trial.equal(
                        "finishing one",
                        Finished.NOT_STAGED,
                        trial.broker().finish(set, 1, groups.batch(options()), trial.now()));
                trial.equal("members", List.of("a", "b"), groups.members(set));
            }),
            ContractCase.of("a task whose id is taken does not take the place of the members", trial -> {
                var groups = new Groups(trial);
                trial.accept("taken");
                groups.join("a");
                var set = groups.staged(ANY);
                var lock = options().uniqueFor(Duration.ofHours(1));
                trial.equal("finishing", Finished.ID_TAKEN, groups.finish(set, lock.taskId("taken")));
                trial.equal("members", List.of("a"), groups.members(set));
                trial.holds(TaskState.PENDING, "taken");
                groups.finished(set, lock.taskId("free")); // so no lock was left
            }),
            ContractCase.of("a task whose lock is held does not take the place of the members", trial -> {
                var groups = new Groups(trial);
                var unique = options().uniqueFor(Duration.ofHours(1));
                trial.accept(groups.batch(unique.taskId("holder")));
                groups.join("a");
                var set = groups.staged(ANY);
                trial.equal("finishing", Finished.LOCK_HELD, groups.finish(set, unique.taskId("other")));
                trial.equal("members", List.of("a"), groups.members(set));
                trial.holds(TaskState.PENDING, "holder");
            }),
            ContractCase.of(
                    "the unique locks of members are held until they are aggregated, and then released", trial -> {
                        var groups = new Groups(trial);
                        var task = Task.of("unique", Payload.ofUtf8("x"));
                        trial.accept(trial.place(task, unique(GROUP).taskId("a").processIn(Duration.ofMinutes(1))));
                        duplicate(trial, task, "while it waits for its time");
                        trial.advance(60);
                        trial.forward(QUEUE);
                        duplicate(trial, task, "in its group");
                        var set = groups.staged(ANY);
                        duplicate(trial, task, "while it is being aggregated");
                        groups.finished(set, options().taskId("sum"));
                        trial.accept(trial.place(task, unique("other").taskId("b")));
                    }),
            ContractCase.of("the lock of a member can go over to the task, which then holds it", trial -> {
                var groups = new Groups(trial);
                var batch = groups.batch(unique(GROUP).taskId("a"));
                trial.accept(batch);
                var set = groups.staged(ANY);
                groups.finished(set, options().uniqueFor(Duration.ofHours(1)).taskId("b"));
                trial.holds(TaskState.PENDING, "b");
                var twin = groups.batch(unique(GROUP).taskId("c"));
                trial.refused(DuplicateTaskException.class, trial.submit(twin).get(0));
            }),
            ContractCase.of(
                    "a lock that belongs to somebody else by now stays when the member is aggregated", trial -> {
                        var groups = new Groups(trial);
                        var task = Task.of("unique", Payload.ofUtf8("x"));
                        trial.accept(trial.place(
                                task,
                                options()
                                        .group(GROUP)
                                        .uniqueFor(Duration.ofSeconds(10))
                                        .taskId("a")));
                        trial.advance(20);
                        trial.accept(trial.place(task, unique("other").taskId("b")));
                        groups.finished(groups.staged(ANY), options().taskId("sum"));
                        duplicate(trial, task, "held by another task");
                    }),
            ContractCase.of("a task can take the place of members in another group, or later", trial -> {
                var groups = new Groups(trial);
                groups.join("a");
                groups.finished(groups.staged(ANY), inGroup().taskId("again"));
                groups.hold("again");
                trial.equal("groups", Set.of(GROUP), trial.view().groups(QUEUE));
                groups.finished(groups.staged(ANY), options().taskId("later").processIn(Duration.ofHours(1)));
                trial.holds(TaskState.SCHEDULED, "later");
                groups.hold();
            }),
            ContractCase.of("a set that is late is not finished", trial -> {
                var groups = new Groups(trial);
                groups.join("a");
                var set = groups.staged(ANY);
                trial.advance(119);
                trial.equal("staged before its deadline", true, groups.isStaged(set));
                trial.advance(1);
                trial.equal("staged at its deadline", false, groups.isStaged(set));
                trial.equal(
                        "finishing",
                        Finished.NOT_STAGED,
                        trial.broker().finish(set, 1, groups.batch(options()), trial.now()));
                trial.holds(TaskState.PENDING);
            }),
            ContractCase.of(
                    "members that are given back are in their group as before, and the group is known", trial -> {
                        var groups = new Groups(trial);
                        groups.join("a");
                        trial.advance(10);
                        groups.join("b");
                        var before = groups.stored();
                        var set = groups.staged(size(2));
                        trial.advance(10);
                        trial.equal("given back", true, groups.giveBack(set));
                        trial.equal("what there was before:", before, groups.stored());
                        trial.equal("groups", Set.of(GROUP), trial.view().groups(QUEUE));
                        trial.equal("staged", false, groups.isStaged(set));
                        trial.equal(
                                "finishing",
                                Finished.NOT_STAGED,
                                trial.broker().finish(set, 2, groups.batch(options()), trial.now()));
                        trial.equal(
                                "members staged again",
                                2,
                                groups.tryStage(groups.set(), size(2)).members());
                    }),
            ContractCase.of("members that are given back meet those that have joined meanwhile", trial -> {
                var groups = new Groups(trial);
                groups.join("b");
                var set = groups.staged(ANY);
                trial.advance(1);
                groups.join("a");
                groups.giveBack(set);
                groups.hold("b", "a");
            }),
            ContractCase.of("a set that has become a task is not given back", trial -> {
                var groups = new Groups(trial);
                groups.join("a");
                var set = groups.staged(ANY);
                groups.finished(set, options().taskId("sum"));
                trial.equal("given back", false, groups.giveBack(set));
                groups.hold();
            }),
            ContractCase.of(
                    "sets whose deadline has passed go back to their groups, which are known, and no others", trial -> {
                        var groups = new Groups(trial);
                        groups.join("a", "b");
                        var stale = groups.staged(size(2));
                        trial.advance(60);
                        groups.join("c");
                        var fresh = groups.staged(ANY);
                        trial.equal(
                                "reclaimed",
                                new Reclaimed(0, trial.in(60)),
                                trial.broker().reclaim(QUEUE, trial.now(), 10));
                        trial.advance(60);
                        trial.equal(
                                "reclaimed",
                                new Reclaimed(2, trial.in(60)),
                                trial.broker().reclaim(QUEUE, trial.now(), 10));
                        groups.hold("a", "b");
                        trial.equal("groups", Set.of(GROUP), trial.view().groups(QUEUE));
                        trial.equal("the stale one is staged", false, groups.isStaged(stale));
                        trial.equal("the fresh one is staged", true, groups.isStaged(fresh));
                    }),
            ContractCase.of(
                    "of a set whose time is over, no more members go back than the limit, the oldest first", trial -> {
                        var groups = new Groups(trial);
                        groups.join("a", "b", "c", "d", "e");
                        var set = groups.staged(size(5));
                        trial.advance(120);
                        trial.equal(
                                "reclaimed",
                                new Reclaimed(2, null),
                                trial.broker().reclaim(QUEUE, trial.now(), 2));
                        groups.hold("a", "b");
                        trial.equal("it is staged", false, groups.isStaged(set));
                        trial.equal(
                                "reclaimed",
                                new Reclaimed(3, null),
                                trial.broker().reclaim(QUEUE, trial.now(), 10));
                        groups.hold("a", "b", "c", "d", "e");
                    }),
            ContractCase.of("3,000 members are read in order, and all become one task", trial -> {
                var groups = new Groups(trial);
                var ids = groups.joinMany(3_000);
                var set = groups.staged(size(3_000));
                trial.equal("members", ids, groups.members(set));
                groups.finished(set, options().taskId("sum"));
                trial.holds(TaskState.PENDING, "sum");
                trial.equal("left to be deleted", 0, trial.broker().sweep(QUEUE, 100));
                trial.accept(ids.toArray(String[]::new));
            }),
            ContractCase.of("3,000 members are given back", trial -> {
                var groups = new Groups(trial);
                var ids = groups.joinMany(3_000);
                groups.giveBack(groups.staged(size(3_000)));
                groups.hold(ids.toArray(String[]::new));
            }),
            ContractCase.of("a stale set of 3,000 members goes back in steps", trial -> {
                var groups = new Groups(trial);
                var ids = groups.joinMany(3_000);
                var set = groups.staged(size(3_000));
                trial.advance(120);
                int calls = 0;
                while (trial.broker().reclaim(QUEUE, trial.now(), 1_000).members() == 1_000) {
                    trial.isTrue("an end of it", ++calls < 10, calls);
                    trial.equal("staged", false, groups.isStaged(set));
                }
                groups.hold(ids.toArray(String[]::new));
            }));

    private static void duplicate(Trial trial, Task task, String when) {
        var outcome = trial.submit(trial.place(task, unique("other").taskId("twin")));
        trial.isTrue("a duplicate " + when, outcome.get(0) instanceof EnqueueOutcome.Refused, outcome);
        trial.refused(DuplicateTaskException.class, outcome.get(0));
    }
}
