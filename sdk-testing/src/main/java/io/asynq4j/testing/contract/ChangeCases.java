package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.InspectTrial.NOWHERE;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Change;
import io.asynq4j.spi.Change.Outcome;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.QueueInfo.Attempts;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.Payload;
import io.asynq4j.task.QueueNotEmptyException;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Moving tasks by hand, and removing queues. */
final class ChangeCases {
    private static final List<TaskState> AT_REST = List.of(
            TaskState.SCHEDULED, TaskState.RETRY, TaskState.ARCHIVED, TaskState.COMPLETED, TaskState.AGGREGATING);

    private static final Duration HOUR = Duration.ofHours(1);

    private static final List<ContractCase> OTHERS = List.of(
            ContractCase.of("a task that is being worked on is changed by nobody", trial -> {
                var look = new InspectTrial(trial);
                var lease = trial.taken("a");
                for (var change : Change.values()) {
                    look.becomes(Outcome.ACTIVE, change, "a");
                }
                var text = Payload.ofUtf8("other");
                trial.equal("replaced", Outcome.WRONG_STATE, replaced(trial, "a", text, false));
                trial.equal("replaced", Outcome.ACTIVE, replaced(trial, "a", text, true));
                trial.settle(new Ending.Done(lease));
            }),
            ContractCase.of("each of several tasks has its own outcome", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.ACTIVE, "active");
                look.put(TaskState.SCHEDULED, "scheduled");
                look.put(TaskState.AGGREGATING, "member");
                look.put(TaskState.PENDING, "pending");
                trial.equal(
                        "outcomes",
                        List.of(
                                Outcome.DONE,
                                Outcome.NOT_FOUND,
                                Outcome.ACTIVE,
                                Outcome.THERE_ALREADY,
                                Outcome.DONE,
                                Outcome.THERE_ALREADY),
                        look.change(Change.RUN, "member", "nobody", "active", "pending", "scheduled", "member"));
                trial.holds(TaskState.PENDING, "pending", "member", "scheduled");
            }),
            ContractCase.of("changes of a queue that is not there say so, and do not make it", trial -> {
                var inspection = trial.broker().inspection();
                var now = trial.now();
                trial.failure(
                        QueueNotFoundException.class, inspection.change(NOWHERE, List.of("a"), Change.DELETE, now));
                trial.failure(
                        QueueNotFoundException.class,
                        inspection.changeAll(Shelf.of(NOWHERE, TaskState.RETRY), Change.DELETE, 9, now));
                trial.failure(
                        QueueNotFoundException.class,
                        inspection.replacePayload(NOWHERE, "a", Payload.none(), false, now));
                trial.failure(QueueNotFoundException.class, inspection.remove(NOWHERE, true, 9, now));
                new InspectTrial(trial).onlyKnows();
            }),
            ContractCase.of("a member that is being aggregated is not changed", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.AGGREGATING, "a");
                look.stage(InspectTrial.GROUP);
                look.becomes(Outcome.WRONG_STATE, Change.RUN, "a");
                look.becomes(Outcome.WRONG_STATE, Change.DELETE, "a");
                trial.equal("replaced", Outcome.WRONG_STATE, replaced(trial, "a", Payload.none(), true));
            }),
            ContractCase.of("a group whose last member is run is gone", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.AGGREGATING, "a");
                look.becomes(Outcome.DONE, Change.RUN, "a");
                trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
            }),
            ContractCase.of("a task that was run keeps what is known of it, and its lock", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.RETRY, "a", options().uniqueFor(HOUR));
                var before = look.task("a");
                look.becomes(Outcome.DONE, Change.ARCHIVE, "a");
                look.becomes(Outcome.DONE, Change.RUN, "a");
                var after = look.task("a");
                trial.equal("retried", before.retried(), after.retried());
                trial.equal("error", before.lastError(), after.lastError());
                trial.equal("limits", before.limits(), after.limits());
                var same = trial.place(
                        Task.of("type", Payload.ofUtf8("payload of a")),
                        options().taskId("c").uniqueFor(HOUR));
                trial.refused(DuplicateTaskException.class, trial.submit(same).get(0));
            }),
            ContractCase.of("the payload of a scheduled task is replaced, and nothing else", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.SCHEDULED, "a", options().maxRetry(7).header("name", "value"));
                var before = look.task("a");
                trial.equal("replaced", Outcome.DONE, replaced(trial, "a", Payload.ofUtf8("new"), false));
                var after = look.task("a");
                trial.equal("payload", Payload.ofUtf8("new"), after.payload());
                trial.equal("next", before.nextProcessAt(), after.nextProcessAt());
                trial.equal("headers", before.headers(), after.headers());
                trial.equal("limits", before.limits(), after.limits());
                trial.holds(TaskState.SCHEDULED, "a");
            }),
            ContractCase.of("a payload is replaced in place in scheduled tasks only", trial -> {
                var look = new InspectTrial(trial);
                for (var state : TaskState.values()) {
                    if (state != TaskState.SCHEDULED) {
                        look.put(state, state.word());
                        trial.equal(
                                "replaced in " + state,
                                Outcome.WRONG_STATE,
                                replaced(trial, state.word(), Payload.ofUtf8("new"), false));
                        look.change(Change.DELETE, state.word());
                    }
                }
                trial.equal("replaced", Outcome.NOT_FOUND, replaced(trial, "nobody", Payload.none(), false));
                trial.equal("replaced", Outcome.NOT_FOUND, replaced(trial, "nobody", Payload.none(), true));
            }),
            ContractCase.of("a task is run with another payload from wherever it is", trial -> {
                var look = new InspectTrial(trial);
                for (var state : AT_REST) {
                    look.put(state, state.word());
                    trial.equal(
                            "replaced in " + state,
                            Outcome.DONE,
                            replaced(trial, state.word(), Payload.ofUtf8("new"), true));
                    var lease = trial.take();
                    trial.equal("fetched", state.word(), lease.id());
                    trial.equal(
                            "payload", Payload.ofUtf8("new"), lease.message().payload());
                }
                trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
            }),
            ContractCase.of("a pending task keeps its place when its payload is replaced", trial -> {
                trial.accept("a", "b");
                trial.equal("replaced", Outcome.DONE, replaced(trial, "a", Payload.ofUtf8("new"), true));
                trial.holds(TaskState.PENDING, "a", "b");
                trial.equal(
                        "payload", Payload.ofUtf8("new"), trial.take().message().payload());
            }),
            ContractCase.of("archiving keeps the archive within its limits, and deletes what falls out", trial -> {
                var look = new InspectTrial(trial);
                look.put(
                        TaskState.ARCHIVED,
                        "old",
                        options().uniqueFor(Duration.ofDays(200)).uniqueKey("k"));
                trial.advance(90L * 24 * 3600);
                look.put(TaskState.SCHEDULED, "a");
                look.becomes(Outcome.DONE, Change.ARCHIVE, "a");
                trial.holds(TaskState.ARCHIVED, "a");
                trial.accept(trial.place("old", options().uniqueFor(HOUR).uniqueKey("k")));
            }),
            ContractCase.of("a queue is removed only when there is nothing in it", trial -> {
                var look = new InspectTrial(trial);
                for (var state : TaskState.values()) {
                    look.put(state, "a");
                    var failure = trial.failure(
                            QueueNotEmptyException.class,
                            trial.broker().inspection().remove(QUEUE, false, 9, trial.now()));
                    trial.equal("queue", QUEUE, failure.queue());
                    trial.holds(state, "a");
                    if (state == TaskState.ACTIVE) {
                        trial.settle(new Ending.Done(trial.broker()
                                .expired(QUEUE, trial.in(3600), 1)
                                .leases()
                                .get(0)));
                    } else {
                        look.becomes(Outcome.DONE, Change.DELETE, "a");
                    }
                }
                trial.isTrue(
                        "removed", look.remove(false, 9).done(), trial.view().queues());
                look.onlyKnows();
            }),
            ContractCase.of("members that are being aggregated keep a queue from being removed", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.AGGREGATING, "a");
                look.stage(InspectTrial.GROUP);
                trial.failure(
                        QueueNotEmptyException.class,
                        trial.broker().inspection().remove(QUEUE, false, 9, trial.now()));
            }),
            ContractCase.of("a queue with active tasks is not removed, whatever somebody says", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.ACTIVE, "a");
                look.put(TaskState.PENDING, "b");
                trial.failure(
                        QueueNotEmptyException.class,
                        trial.broker().inspection().remove(QUEUE, true, 9, trial.now()));
                trial.holds(TaskState.PENDING, "b");
                trial.equal("fetched", "b", trial.take().id());
            }),
            ContractCase.of("a queue that is removed by force leaves nothing behind", trial -> {
                var look = new InspectTrial(trial);
                for (var state : TaskState.values()) {
                    if (state != TaskState.ACTIVE && state != TaskState.PENDING) {
                        look.put(state, state.word(), options().uniqueFor(HOUR).uniqueKey(state.word()));
                    }
                }
                trial.accept(trial.place("staged", options().group("staged")));
                look.stage("staged");
                look.put(TaskState.PENDING, "pending", options().uniqueFor(HOUR).uniqueKey("pending"));
                trial.fixture().pause(QUEUE);
                int deleted = 0;
                boolean done = false;
                for (int i = 0; i < 20 && !done; i++) {
                    var removal = look.remove(true, 2);
                    trial.isTrue("at most 2 at a time", removal.deleted() <= 2, removal);
                    deleted += removal.deleted();
                    done = removal.done();
                }
                trial.isTrue("removed", done, deleted);
                trial.equal("deleted", 7, deleted);
                look.onlyKnows();
                for (var state : TaskState.values()) {
                    trial.accept(
                            trial.place(state.word(), options().uniqueFor(HOUR).uniqueKey(state.word())));
                }
                var info = look.info();
                trial.equal("size", 7L, info.size());
                trial.equal("groups", 0L, info.groups());
                trial.equal("paused", false, info.paused());
                trial.equal("ever", new Attempts(0, 0), info.ever());
                trial.equal("today", new Attempts(0, 0), info.today());
            }),
            ContractCase.of("a queue that is being removed gives no tasks", trial -> {
                var look = new InspectTrial(trial);
                trial.accept("a", "b", "c");
                trial.equal("done", false, look.remove(true, 1).done());
                trial.equal("fetched", List.of(), Trial.ids(trial.fetch(3)));
            }),
            ContractCase.of("all of many tasks are changed in the end", trial -> {
                var look = new InspectTrial(trial);
                trial.accept(IntStream.range(0, 1_500)
                        .mapToObj(i -> trial.place("t" + i))
                        .toList());
                look.left(1_000, TaskState.PENDING, Change.ARCHIVE, 1_000);
                look.left(500, TaskState.PENDING, Change.ARCHIVE, 1_000);
                look.left(1_000, TaskState.ARCHIVED, Change.DELETE, 1_000);
                look.left(500, TaskState.ARCHIVED, Change.RUN, 1_000);
                trial.equal("pending", 500L, look.info().count(TaskState.PENDING));
                trial.equal("size", 500L, look.info().size());
            }));

    static final List<ContractCase> CASES = cases();

    private ChangeCases() {}

    private static List<ContractCase> cases() {
        var cases = new ArrayList<ContractCase>();
        for (var state : AT_REST) {
            cases.add(ContractCase.of("one " + state.word() + " task is run, behind those that are pending", trial -> {
                var look = new InspectTrial(trial);
                look.put(state, "a");
                look.put(state, "b");
                trial.accept("first");
                trial.advance(5);
                look.becomes(Outcome.DONE, Change.RUN, "a");
                trial.holds(TaskState.PENDING, "first", "a");
                trial.holds(state, "b");
                trial.equal("since", Optional.of(trial.now()), look.task("a").since());
                trial.fetch(1);
                trial.equal("fetched", "a", trial.take().id());
            }));
            cases.add(ContractCase.of(
                    "all " + state.word() + " tasks are run in their order, some at a time", trial -> {
                        var look = new InspectTrial(trial);
                        look.put(state, "a");
                        look.put(state, "b");
                        look.put(state, "c");
                        look.left(2, state, Change.RUN, 2);
                        trial.holds(TaskState.PENDING, "a", "b");
                        look.left(1, state, Change.RUN, 2);
                        look.left(0, state, Change.RUN, 2);
                        trial.holds(TaskState.PENDING, "a", "b", "c");
                        trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
                    }));
        }
        for (var state : List.of(
                TaskState.PENDING, TaskState.SCHEDULED, TaskState.RETRY, TaskState.COMPLETED, TaskState.AGGREGATING)) {
            cases.add(ContractCase.of("one " + state.word() + " task is archived", trial -> {
                var look = new InspectTrial(trial);
                look.put(state, "a");
                look.put(state, "b");
                trial.advance(5);
                look.becomes(Outcome.DONE, Change.ARCHIVE, "a");
                trial.holds(TaskState.ARCHIVED, "a");
                trial.holds(state, "b");
                trial.equal("since", Optional.of(trial.now()), look.task("a").since());
                look.becomes(Outcome.THERE_ALREADY, Change.ARCHIVE, "a");
            }));
            cases.add(ContractCase.of("all " + state.word() + " tasks are archived, some at a time", trial -> {
                var look = new InspectTrial(trial);
                look.put(state, "a");
                look.put(state, "b");
                look.put(state, "c");
                look.left(2, state, Change.ARCHIVE, 2);
                trial.holds(TaskState.ARCHIVED, "a", "b");
                look.left(1, state, Change.ARCHIVE, 2);
                trial.holds(TaskState.ARCHIVED, "a", "b", "c");
                trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
            }));
        }
        for (var state : TaskState.values()) {
            if (state != TaskState.ACTIVE) {
                cases.add(ContractCase.of("one " + state.word() + " task is deleted, and its lock is free", trial -> {
                    var look = new InspectTrial(trial);
                    look.put(state, "a", options().uniqueFor(HOUR).uniqueKey("k"));
                    look.put(state, "b");
                    look.becomes(Outcome.DONE, Change.DELETE, "a");
                    trial.holds(state, "b");
                    look.becomes(Outcome.NOT_FOUND, Change.DELETE, "a");
                    trial.accept(trial.place("a", options().uniqueFor(HOUR).uniqueKey("k")));
                }));
                cases.add(ContractCase.of(
                        "all " + state.word() + " tasks are deleted, and their locks are free", trial -> {
                            var look = new InspectTrial(trial);
                            look.put(state, "a", options().uniqueFor(HOUR).uniqueKey("k"));
                            look.put(state, "b");
                            look.put(state, "c");
                            look.left(2, state, Change.DELETE, 2);
                            trial.holds(state, "c");
                            look.left(1, state, Change.DELETE, 2);
                            look.left(0, state, Change.DELETE, 2);
                            trial.holds(state);
                            trial.equal("groups", Set.of(), trial.view().groups(QUEUE));
                            trial.accept(
                                    trial.place("a", options().uniqueFor(HOUR).uniqueKey("k")));
                        }));
            }
        }
        cases.addAll(OTHERS);
        return List.copyOf(cases);
    }

    private static Outcome replaced(Trial trial, String id, Payload payload, boolean run) {
        return trial.answer(trial.broker().inspection().replacePayload(QUEUE, id, payload, run, trial.now()));
    }
}
