package io.asynq4j.spi;

import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskInfo;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Looking at queues and their tasks, and moving these by hand. Reading writes nothing. No step takes longer the more tasks
 * there are: what concerns all tasks is done a bounded number at a time.
 *
 * <p>All stages fail with {@link io.asynq4j.task.BrokerUnavailableException} when no answer came (what was to be changed may
 * then be changed or not), and those that name a queue, unless they say otherwise, with
 * {@link io.asynq4j.task.QueueNotFoundException} when it is not known.
 */
public interface Inspection {
    /** The most tasks that one call is about. */
    int MOST = 1_000;

    /** The names of all known queues, sorted. */
    CompletionStage<List<String>> queues();

    /** What is in a queue. */
    CompletionStage<QueueInfo> queue(String queue, Instant now);

    /** About how many bytes a queue takes, from a sample of its tasks. Dearer than {@link #queue}. */
    CompletionStage<Long> memoryUsage(String queue);

    /** The attempts of {@code days} days, {@code today} first; at least 1, at most 90. */
    CompletionStage<List<QueueDay>> history(String queue, LocalDate today, int days);

    /**
     * Lets a queue give no tasks, or some again. The queue need not be known.
     *
     * @return whether that changed anything
     */
    CompletionStage<Boolean> pause(String queue, boolean paused, Instant now);

    /** The groups of a queue, sorted by name, those that have lost their members too. The queue need not be known. */
    CompletionStage<List<GroupInfo>> groups(String queue);

    /**
     * Tasks of a shelf: pending ones in the order in which they run, active ones in the order in which they were fetched, all
     * others by their time, the earliest first. A record that cannot be read is left out.
     *
     * @param offset how many to pass over
     * @param limit at least 1, at most 1,000
     */
    CompletionStage<List<TaskInfo>> list(Shelf shelf, long offset, int limit, Instant now);

    /**
     * Tasks of a shelf in the order of {@link #list}, from where the call before ended. A task that stays where it is comes
     * once, whatever others do; of a list (pending, active), should all tasks of the last answer be gone, and the one before them, some may come again.
     *
     * @param cursor of the answer before; null to begin
     * @param limit as of {@link #list}
     */
    CompletionStage<Listing> listFrom(Shelf shelf, @Nullable String cursor, int limit, Instant now);

    /**
     * One task; empty when there is none of this id. Fails with {@link io.asynq4j.task.TaskStateException} when its record
     * cannot be read.
     */
    CompletionStage<Optional<TaskInfo>> task(String queue, String id, Instant now);

    /** The record of a task as it is stored; empty when there is none of this id. Fails like {@link #task}. */
    CompletionStage<Optional<TaskMessage>> message(String queue, String id);

    /**
     * Changes tasks of a queue, wherever they are, each for itself.
     *
     * @param ids at most 1,000
     * @return what became of each, in the order of {@code ids}
     */
    CompletionStage<List<Change.Outcome>> change(String queue, List<String> ids, Change change, Instant now);

    /**
     * Changes tasks of a shelf in the order of {@link #list}. There is no changing of active tasks, running of pending and
     * archiving of archived ones: these are refused with {@link IllegalArgumentException}.
     *
     * @param limit most tasks to look at in this call, at least 1, at most 1,000
     * @return how many tasks left the shelf; fewer than {@code limit} when it is empty then
     */
    CompletionStage<Integer> changeAll(Shelf shelf, Change change, int limit, Instant now);

    /**
     * Gives a task another payload; its unique lock stays with the payload it was taken for.
     *
     * @param run also moves it to pending, from wherever it waits or is kept, and a pending one keeps its place; otherwise it has to
     *     be scheduled, and stays so
     */
    CompletionStage<Change.Outcome> replacePayload(String queue, String id, Payload payload, boolean run, Instant now);

    /**
     * Removes a queue and all that belongs to it, a bounded number of its tasks at a time; it is to be called until it says that
     * nothing is left. Between two calls the queue gives no tasks.
     *
     * <p>Fails with {@link io.asynq4j.task.QueueNotEmptyException} when there are tasks, completed and grouped ones too, and
     * {@code force} is not set; and when tasks are being worked on, anyhow.
     *
     * @param force deletes its tasks
     * @param limit most tasks to delete in this call, at least 1, at most 1,000
     */
    CompletionStage<Removal> remove(String queue, boolean force, int limit, Instant now);

    /** The servers that have announced themselves and are not forgotten at {@code now}, by their start. */
    CompletionStage<List<ServerStatus>> servers(Instant now);

    /** The periodic tasks of schedulers that have announced themselves and are not forgotten at {@code now}. */
    CompletionStage<List<SchedulerEntry>> schedulerEntries(Instant now);

    /**
     * What a periodic task has put on its queue, the latest first.
     *
     * @param offset how many to pass over
     * @param limit at least 1, at most 1,000
     */
    CompletionStage<List<SchedulerEvent>> schedulerEvents(String entryId, long offset, int limit);

    /**
     * Checks how much is asked for in one call.
     *
     * @throws IllegalArgumentException when that is nothing, or more than {@value #MOST}
     */
    static int checked(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("a call is about 1 to " + MOST + " tasks: " + limit);
        }
        return limit;
    }

    /**
     * Some of the tasks of a shelf.
     *
     * @param next where the next call goes on; null when there are no more
     */
    record Listing(List<TaskInfo> tasks, @Nullable String next) {
        /** Copies the list. */
        public Listing {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * What a call of {@link #remove} did.
     *
     * @param deleted how many tasks
     * @param done whether the queue is gone
     */
    record Removal(int deleted, boolean done) {}
}
