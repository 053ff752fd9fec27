package io.asynq4j.inspect;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Change;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.QueueDay;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import io.asynq4j.task.QueueNames;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskNotFoundException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What an {@link Inspector} does, without blocking. Each method is described there; where that one throws, the stage fails with
 * the same. Stages complete on the broker's I/O thread, so do not block in their callbacks.
 *
 * <p>Safe for use by many threads. A broker that is {@link Broker#blocking()} may block the caller.
 */
public final class AsyncInspector {
    private final Broker broker;
    private final Inspection inspection;
    private final InstantSource time;
    private final Bulk bulk;
    private final Relocation relocation;

    AsyncInspector(Broker broker, InstantSource time) {
        this.broker = broker;
        this.inspection = broker.inspection();
        this.time = time;
        this.bulk = new Bulk(inspection, broker, time);
        this.relocation = new Relocation(inspection, broker, time);
    }

    /** See {@link Inspector#queues()}. */
    public CompletionStage<List<String>> queues() {
        return inspection.queues();
    }

    /** See {@link Inspector#queue(String)}. */
    public CompletionStage<QueueInfo> queue(String queue) {
        return inspection.queue(named(queue), time.instant());
    }

    /** See {@link Inspector#memoryUsage(String)}. */
    public CompletionStage<Long> memoryUsage(String queue) {
        return inspection.memoryUsage(named(queue));
    }

    /** See {@link Inspector#history(String, int)}. */
    public CompletionStage<List<QueueDay>> history(String queue, int days) {
        if (days < 1 || days > Inspector.MAX_DAYS) {
            throw new IllegalArgumentException("the number of days must be 1 to " + Inspector.MAX_DAYS + ": " + days);
        }
        return inspection.history(named(queue), LocalDate.ofInstant(time.instant(), ZoneOffset.UTC), days);
    }

    /** See {@link Inspector#pause(String)}. */
    public CompletionStage<Boolean> pause(String queue) {
        return inspection.pause(named(queue), true, time.instant());
    }

    /** See {@link Inspector#unpause(String)}. */
    public CompletionStage<Boolean> unpause(String queue) {
        return inspection.pause(named(queue), false, time.instant());
    }

    /** See {@link Inspector#removeQueue(String, boolean, Progress)}. */
    public CompletionStage<Long> removeQueue(String queue, boolean force, Progress progress) {
        return bulk.remove(named(queue), force, progress);
    }

    /** See {@link Inspector#groups(String)}. */
    public CompletionStage<List<GroupInfo>> groups(String queue) {
        return inspection.groups(named(queue));
    }

    /** See {@link Inspector#list(Shelf, Page)}. */
    public CompletionStage<List<TaskInfo>> list(Shelf shelf, Page page) {
        named(shelf.queue());
        return inspection.list(shelf, page.offset(), page.size(), time.instant());
    }

    /** See {@link Inspector#task(String, String)}. */
    public CompletionStage<TaskInfo> task(String queue, String id) {
        return inspection
                .task(named(queue), id, time.instant())
                .thenApply(found -> found.orElseThrow(() -> new TaskNotFoundException(queue, id)));
    }

    /** See {@link Inspector#run(String, String)}. */
    public CompletionStage<Void> run(String queue, String id) {
        return change(queue, id, Change.RUN);
    }

    /** See {@link Inspector#archive(String, String)}. */
    public CompletionStage<Void> archive(String queue, String id) {
        return change(queue, id, Change.ARCHIVE);
    }

    /** See {@link Inspector#delete(String, String)}. */
    public CompletionStage<Void> delete(String queue, String id) {
        return change(queue, id, Change.DELETE);
    }

    /** See {@link Inspector#updatePayload(String, String, Payload)}. */
    public CompletionStage<Void> updatePayload(String queue, String id, Payload payload) {
        return replace(queue, id, payload, false);
    }

    /** See {@link Inspector#runWith(String, String, Payload)}. */
    public CompletionStage<Void> runWith(String queue, String id, Payload payload) {
        return replace(queue, id, payload, true);
    }

    /** See {@link Inspector#move(String, String, String)}. */
    public CompletionStage<TaskInfo> move(String queue, String id, String target) {
        return relocation.move(named(queue), id, target(target));
    }

    /** See {@link Inspector#copy(String, String, String)}. */
    public CompletionStage<TaskInfo> copy(String queue, String id, String target) {
        return relocation.copy(named(queue), id, target(target));
    }

    /** See {@link Inspector#cancel(String, String)}. */
    public CompletionStage<Boolean> cancel(String queue, String id) {
        return broker.cancel(named(queue), id);
    }

    /** See {@link Inspector#cancelAll(String, TaskFilter, Progress)}. */
    public CompletionStage<Long> cancelAll(String queue, TaskFilter filter, Progress progress) {
        return bulk.cancel(named(queue), filter, progress);
    }

    /** See {@link Inspector#runAll(Shelf, TaskFilter, Progress)}. */
    public CompletionStage<Long> runAll(Shelf shelf, TaskFilter filter, Progress progress) {
        return changeAll(shelf, Change.RUN, filter, progress);
    }

    /** See {@link Inspector#archiveAll(Shelf, TaskFilter, Progress)}. */
    public CompletionStage<Long> archiveAll(Shelf shelf, TaskFilter filter, Progress progress) {
        return changeAll(shelf, Change.ARCHIVE, filter, progress);
    }

    /** See {@link Inspector#deleteAll(Shelf, TaskFilter, Progress)}. */
    public CompletionStage<Long> deleteAll(Shelf shelf, TaskFilter filter, Progress progress) {
        return changeAll(shelf, Change.DELETE, filter, progress);
    }

    /** See {@link Inspector#moveAll(Shelf, TaskFilter, String, Progress)}. */
    public CompletionStage<Long> moveAll(Shelf shelf, TaskFilter filter, String target, Progress progress) {
        named(shelf.queue());
        target(target);
        return bulk.each(shelf, filter, progress, task -> relocation.moved(shelf.queue(), task.id(), target));
    }

    /** See {@link Inspector#servers()}. */
    public CompletionStage<List<ServerStatus>> servers() {
        return inspection.servers(time.instant());
    }

    /** See {@link Inspector#schedulerEntries()}. */
    public CompletionStage<List<SchedulerEntry>> schedulerEntries() {
        return inspection.schedulerEntries(time.instant());
    }

    /** See {@link Inspector#schedulerEvents(String, Page)}. */
    public CompletionStage<List<SchedulerEvent>> schedulerEvents(String entryId, Page page) {
        return inspection.schedulerEvents(entryId, page.offset(), page.size());
    }

    private CompletionStage<Void> change(String queue, String id, Change change) {
        return inspection
                .change(named(queue), List.of(id), change, time.instant())
                .thenAccept(outcomes -> Outcomes.check(queue, id, change, outcomes.get(0)));
    }

    private CompletionStage<Void> replace(String queue, String id, Payload payload, boolean run) {
        return inspection
                .replacePayload(named(queue), id, payload, run, time.instant())
                .thenAccept(outcome -> Outcomes.check(queue, id, Change.RUN, outcome));
    }

    private CompletionStage<Long> changeAll(Shelf shelf, Change change, TaskFilter filter, Progress progress) {
        named(shelf.queue());
        change.checkFor(shelf);
        return filter.equals(TaskFilter.any())
                ? bulk.all(shelf, change, progress)
                : bulk.some(shelf, change, filter, progress);
    }

    /** The name of a queue to look at, if it can be one. */
    private static String named(String queue) {
        return QueueNames.existing(queue);
    }

    /** The name of a queue to put tasks on, if it can be one. */
    private static String target(String queue) {
        return Options.defaults().queue(queue).queue().orElseThrow();
    }
}
