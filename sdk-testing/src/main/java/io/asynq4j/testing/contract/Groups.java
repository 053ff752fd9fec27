package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.QUEUE;

import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Grouping.Due;
import io.asynq4j.spi.Grouping.Finished;
import io.asynq4j.spi.Grouping.Staged;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskState;
import io.asynq4j.testing.StoredTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What cases about groups do. The group is {@code g} of the default queue unless told. */
final class Groups {
    static final String GROUP = "g";

    /** Due when there are any. */
    static final GroupTrigger ANY = new GroupTrigger(3600, 0, 1);

    /** Due a minute after the last one has joined, all at a time. */
    static final GroupTrigger MINUTE = new GroupTrigger(60, 0, 0);

    private final Trial trial;
    private int sets;

    Groups(Trial trial) {
        this.trial = trial;
    }

    static GroupTrigger size(int most) {
        return new GroupTrigger(3600, 0, most);
    }

    static Options inGroup() {
        return Trial.options().group(GROUP);
    }

    static Options unique(String group) {
        return Trial.options().group(group).uniqueFor(Duration.ofHours(1));
    }

    void join(String... ids) {
        for (var id : ids) {
            trial.accept(trial.place(id, inGroup()));
        }
    }

    List<String> joinMany(int count) {
        var ids = IntStream.range(0, count).mapToObj("task-%05d"::formatted).toList();
        trial.accept(ids.stream().map(id -> trial.place(id, inGroup())).toList());
        return ids;
    }

    AggregationSet set() {
        return set(GROUP);
    }

    AggregationSet set(String group) {
        return AggregationSet.of(QUEUE, group, "00000000-0000-4000-8000-%012d".formatted(++sets), trial.now());
    }

    /** All due groups and the next time, however many pages it takes. */
    Due due(GroupTrigger trigger) {
        return due(trigger, 100);
    }

    Due due(GroupTrigger trigger, int limit) {
        var names = new ArrayList<String>();
        var page = new Due(List.of(), null, Due.START);
        do {
            page = trial.broker().dueGroups(QUEUE, trigger, trial.now(), page.cursor(), limit);
            names.addAll(page.groups());
        } while (!page.isLast());
        return new Due(names.stream().distinct().sorted().toList(), page.nextDue(), page.cursor());
    }

    Staged tryStage(AggregationSet set, GroupTrigger trigger) {
        return trial.broker().stage(set, trigger, trial.now());
    }

    /** Stages a set, which must come to something. */
    AggregationSet staged(GroupTrigger trigger) {
        var set = set();
        trial.isTrue("a set is staged", tryStage(set, trigger).members() > 0, set);
        return set;
    }

    List<String> members(AggregationSet set) {
        return trial.broker().members(set, trial.now()).orElse(List.of()).stream()
                .map(TaskMessage::id)
                .toList();
    }

    boolean isStaged(AggregationSet set) {
        return trial.broker().members(set, trial.now()).isPresent();
    }

    Placement batch(Options options) {
        return trial.place(Task.of("batch", Payload.ofUtf8("all of them")), options);
    }

    Finished finish(AggregationSet set, Options options) {
        return trial.broker().finish(set, members(set).size(), batch(options), trial.now());
    }

    void finished(AggregationSet set, Options options) {
        trial.equal("finishing", Finished.WRITTEN, finish(set, options));
    }

    boolean giveBack(AggregationSet set) {
        return trial.broker().giveBack(set, trial.now());
    }

    /** Expects these in the group, in order, and nothing else in any other. */
    void hold(String... ids) {
        trial.holds(TaskState.AGGREGATING, ids);
    }

    List<StoredTask> stored() {
        return trial.view().tasks(QUEUE, TaskState.AGGREGATING);
    }
}
