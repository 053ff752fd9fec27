package io.asynq4j.redis;

import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.spi.Change;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.QueueDay;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.spi.Shelf;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskInfo;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Looking into Redis, and moving by hand what is there: see the parts that it is made of. */
final class RedisInspection implements Inspection {
    private static final int MOST_DAYS = 90;

    private final QueueLook queues;
    private final TaskLists lists;
    private final TaskLook tasks;
    private final TaskChanges changes;
    private final QueueRemoval removal;
    private final Boards boards;

    RedisInspection(RedisPort port) {
        var asking = new Asking(port);
        this.queues = new QueueLook(asking);
        this.lists = new TaskLists(asking);
        this.tasks = new TaskLook(asking);
        this.changes = new TaskChanges(asking, tasks);
        this.removal = new QueueRemoval(asking);
        this.boards = new Boards(asking);
    }

    @Override
    public CompletionStage<List<String>> queues() {
        return queues.queues();
    }

    @Override
    public CompletionStage<QueueInfo> queue(String queue, Instant now) {
        return queues.queue(queue, now);
    }

    @Override
    public CompletionStage<Long> memoryUsage(String queue) {
        return queues.memoryUsage(queue);
    }

    @Override
    public CompletionStage<List<QueueDay>> history(String queue, LocalDate today, int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new IllegalArgumentException("days are counted for 1 to " + MOST_DAYS + ": " + days);
        }
        return queues.history(queue, today, days);
    }

    @Override
    public CompletionStage<Boolean> pause(String queue, boolean paused, Instant now) {
        return queues.pause(queue, paused, now);
    }

    @Override
    public CompletionStage<List<GroupInfo>> groups(String queue) {
        return queues.groups(queue);
    }

    @Override
    public CompletionStage<List<TaskInfo>> list(Shelf shelf, long offset, int limit, Instant now) {
        return lists.list(shelf, fromStart(offset), Inspection.checked(limit), now);
    }

    @Override
    public CompletionStage<Listing> listFrom(Shelf shelf, @Nullable String cursor, int limit, Instant now) {
        return lists.listFrom(shelf, cursor, Inspection.checked(limit), now);
    }

    @Override
    public CompletionStage<Optional<TaskInfo>> task(String queue, String id, Instant now) {
        return tasks.at(queue, id, task -> task.info(now));
    }

    @Override
    public CompletionStage<Optional<TaskMessage>> message(String queue, String id) {
        return tasks.at(queue, id, Sighted::decoded);
    }

    @Override
    public CompletionStage<List<Change.Outcome>> change(String queue, List<String> ids, Change change, Instant now) {
        Inspection.checked(ids.size());
        return changes.change(queue, List.copyOf(ids), change, now);
    }

    @Override
    public CompletionStage<Integer> changeAll(Shelf shelf, Change change, int limit, Instant now) {
        return changes.changeAll(shelf, change, Inspection.checked(limit), now);
    }

    @Override
    public CompletionStage<Change.Outcome> replacePayload(
            String queue, String id, Payload payload, boolean run, Instant now) {
        return changes.replacePayload(queue, id, payload, run, now);
    }

    @Override
    public CompletionStage<Removal> remove(String queue, boolean force, int limit, Instant now) {
        return removal.remove(queue, force, Inspection.checked(limit), now);
    }

    @Override
    public CompletionStage<List<ServerStatus>> servers(Instant now) {
        return boards.servers(now);
    }

    @Override
    public CompletionStage<List<SchedulerEntry>> schedulerEntries(Instant now) {
        return boards.schedulerEntries(now);
    }

    @Override
    public CompletionStage<List<SchedulerEvent>> schedulerEvents(String entryId, long offset, int limit) {
        return boards.schedulerEvents(entryId, fromStart(offset), Inspection.checked(limit));
    }

    private static long fromStart(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("there is nothing to pass over: " + offset);
        }
        return offset;
    }
}
