package io.asynq4j.inspect;

import io.asynq4j.spi.Await;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.QueueDay;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.Payload;
import io.asynq4j.task.QueueNotEmptyException;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskNotFoundException;
import io.asynq4j.task.TaskStateException;
import java.time.InstantSource;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Looks at queues, and moves tasks by hand: those of Go's asynq as well as ours.
 *
 * <p>Looking changes nothing. What concerns many tasks is done a bounded number at a time, so that it never holds up the broker;
 * it concerns those that were there when it began. Each method blocks until the broker has answered, {@link #async()} has the
 * same without blocking. All throw {@link io.asynq4j.task.BrokerUnavailableException} when no answer came (what was to be changed
 * may then be changed or not), {@link IllegalArgumentException} for names that cannot be, and those that name a queue
 * {@link QueueNotFoundException} when it is not known, unless they say otherwise.
 *
 * <p>Safe for use by many threads. There is nothing to close: the broker stays open, for whoever opened it to close.
 */
public final class Inspector {
    /** How many days a queue's attempts are counted by day. */
    public static final int MAX_DAYS = 90;

    private final AsyncInspector async;
    private final Broker broker;
    private final InstantSource time;

    private Inspector(Broker broker, InstantSource time) {
        this.broker = broker;
        this.time = time;
        this.async = new AsyncInspector(broker, time);
    }

    /** Looks into {@code broker}, by the system's clock. */
    public static Inspector of(Broker broker) {
        return of(broker, InstantSource.system());
    }

    /** Looks into {@code broker}, by {@code time}, which tests control. */
    public static Inspector of(Broker broker, InstantSource time) {
        return new Inspector(broker, time);
    }

    /** The same without blocking. */
    public AsyncInspector async() {
        return async;
    }

    /** The names of all queues, sorted. */
    public List<String> queues() {
        return Await.answer(async.queues());
    }

    /** What is in a queue. */
    public QueueInfo queue(String queue) {
        return Await.answer(async.queue(queue));
    }

    /** About how many bytes of the broker's memory a queue takes, from a sample of its tasks. Dearer than {@link #queue}. */
    public long memoryUsage(String queue) {
        return Await.answer(async.memoryUsage(queue));
    }

    /**
     * The attempts of a queue by day in UTC, today first.
     *
     * @param days 1 to {@value #MAX_DAYS}
     */
    public List<QueueDay> history(String queue, int days) {
        return Await.answer(async.history(queue, days));
    }

    /**
     * Lets a queue give no tasks until {@link #unpause}; it takes in new ones, and what runs goes on. It need not be known.
     *
     * @return false when it was paused already
     */
    public boolean pause(String queue) {
        return Await.answer(async.pause(queue));
    }

    /**
     * Lets a paused queue give tasks again. It need not be known.
     *
     * @return false when it was not paused
     */
    public boolean unpause(String queue) {
        return Await.answer(async.unpause(queue));
    }

    /** Like {@link #removeQueue(String, boolean, Progress)}, telling nobody. */
    public long removeQueue(String queue, boolean force) {
        return removeQueue(queue, force, Progress.IGNORED);
    }

    /**
     * Removes a queue and all that belongs to it: tasks and their locks, groups, counters, and that it was paused. Whoever still
     * puts tasks on it makes it anew.
     *
     * @param force also when it holds tasks; they are deleted
     * @return how many tasks were deleted
     * @throws QueueNotEmptyException when it holds tasks, completed and grouped ones too, and {@code force} is not set; or, in any
     *     case, when some are being worked on
     */
    public long removeQueue(String queue, boolean force, Progress progress) {
        return Await.answer(async.removeQueue(queue, force, progress));
    }

    /** The groups of a queue, sorted by name. It need not be known. */
    public List<GroupInfo> groups(String queue) {
        return Await.answer(async.groups(queue));
    }

    /**
     * A page of tasks: pending ones in the order in which they run, active ones in the order in which they were fetched, all
     * others by their time, the earliest first. Tasks that move while pages are turned can be missed or come twice; see
     * {@link #stream} for all of them. Records that cannot be read are left out.
     */
    public List<TaskInfo> list(Shelf shelf, Page page) {
        return Await.answer(async.list(shelf, page));
    }

    /** All tasks of a shelf, like {@link #stream(Shelf, TaskFilter)}. */
    public Stream<TaskInfo> stream(Shelf shelf) {
        return stream(shelf, TaskFilter.any());
    }

    /**
     * Those tasks of a shelf that are meant, in the order of {@link #list}, fetched as they are wanted. A task that stays where it
     * is comes once, whatever others do meanwhile; of pending and active ones some can come again if very many go at once.
     *
     * <p>For one thread. Its operations throw what this class does, when they reach the broker.
     */
    public Stream<TaskInfo> stream(Shelf shelf, TaskFilter filter) {
        var walk = new TaskWalk(broker.inspection(), shelf, time);
        var tasks = Spliterators.spliteratorUnknownSize(walk, Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(tasks, false).filter(task -> filter.matches(task, time.instant()));
    }

    /**
     * One task.
     *
     * @throws TaskNotFoundException when there is none of this id
     */
    public TaskInfo task(String queue, String id) {
        return Await.answer(async.task(queue, id));
    }

    /**
     * Moves a task to pending, behind those that wait there, from wherever it waits or is kept.
     *
     * @throws TaskNotFoundException when there is none of this id
     * @throws TaskStateException when it is being worked on, or is pending
     */
    public void run(String queue, String id) {
        Await.answer(async.run(queue, id));
    }

    /**
     * Archives a task, wherever it waits or is kept. Beyond the archive's usual limits the oldest ones are deleted.
     *
     * @throws TaskNotFoundException when there is none of this id
     * @throws TaskStateException when it is being worked on, or is archived
     */
    public void archive(String queue, String id) {
        Await.answer(async.archive(queue, id));
    }

    /**
     * Deletes a task, and releases its unique lock.
     *
     * @throws TaskNotFoundException when there is none of this id
     * @throws TaskStateException when it is being worked on
     */
    public void delete(String queue, String id) {
        Await.answer(async.delete(queue, id));
    }

    /**
     * Gives a scheduled task another payload. A unique lock stays the one of the payload that the task came with.
     *
     * @throws TaskNotFoundException when there is none of this id
     * @throws TaskStateException when it is not scheduled
     */
    public void updatePayload(String queue, String id, Payload payload) {
        Await.answer(async.updatePayload(queue, id, payload));
    }

    /**
     * Gives a task another payload and moves it to pending, in one step, from wherever it waits or is kept. A unique lock stays the
     * one of the payload that the task came with.
     *
     * @throws TaskNotFoundException when there is none of this id
     * @throws TaskStateException when it is being worked on
     */
    public void runWith(String queue, String id, Payload payload) {
        Await.answer(async.runWith(queue, id, payload));
    }

    /**
     * Moves a task to another queue, by the same id, with what is known of its attempts. One that waits for its time goes on
     * waiting, one of a group joins the group of that name, and all others are pending there. A unique lock is released.
     *
     * <p>This takes three steps, of which the first archives the task: should it be cut short, the task is in the archive of
     * {@code queue} still, and in {@code target} perhaps; it never runs in both.
     *
     * @return the task as it is there
     * @throws TaskNotFoundException when there is none of this id
     * @throws TaskStateException when it is being worked on
     * @throws TaskIdConflictException when the other queue holds a task of this id
     */
    public TaskInfo move(String queue, String id, String target) {
        return Await.answer(async.move(queue, id, target));
    }

    /**
     * Puts a new task like this one on a queue, to be run now, with an id of its own and without a unique lock.
     *
     * @param target may be the same queue
     * @return the new task
     * @throws TaskNotFoundException when there is none of this id
     */
    public TaskInfo copy(String queue, String id, String target) {
        return Await.answer(async.copy(queue, id, target));
    }

    /**
     * Asks whoever works on a task to stop, as a client does.
     *
     * @return whether somebody worked on it, and no more than that
     */
    public boolean cancel(String queue, String id) {
        return Await.answer(async.cancel(queue, id));
    }

    /**
     * Asks for the end of those attempts that are meant.
     *
     * @return on how many somebody worked
     */
    public long cancelAll(String queue, TaskFilter filter, Progress progress) {
        return Await.answer(async.cancelAll(queue, filter, progress));
    }

    /** Runs all tasks of a shelf, like {@link #runAll(Shelf, TaskFilter, Progress)}. */
    public long runAll(Shelf shelf) {
        return runAll(shelf, TaskFilter.any(), Progress.IGNORED);
    }

    /**
     * Moves those tasks that are meant to pending, from anywhere but pending and active.
     *
     * @return how many
     */
    public long runAll(Shelf shelf, TaskFilter filter, Progress progress) {
        return Await.answer(async.runAll(shelf, filter, progress));
    }

    /** Archives all tasks of a shelf, like {@link #archiveAll(Shelf, TaskFilter, Progress)}. */
    public long archiveAll(Shelf shelf) {
        return archiveAll(shelf, TaskFilter.any(), Progress.IGNORED);
    }

    /**
     * Archives those tasks that are meant, from anywhere but the archive and active. Beyond the archive's usual limits the oldest
     * ones are deleted, be they of these.
     *
     * @return how many
     */
    public long archiveAll(Shelf shelf, TaskFilter filter, Progress progress) {
        return Await.answer(async.archiveAll(shelf, filter, progress));
    }

    /** Deletes all tasks of a shelf, like {@link #deleteAll(Shelf, TaskFilter, Progress)}. */
    public long deleteAll(Shelf shelf) {
        return deleteAll(shelf, TaskFilter.any(), Progress.IGNORED);
    }

    /**
     * Deletes those tasks that are meant, from anywhere but active, and releases their unique locks.
     *
     * @return how many
     */
    public long deleteAll(Shelf shelf, TaskFilter filter, Progress progress) {
        return Await.answer(async.deleteAll(shelf, filter, progress));
    }

    /**
     * Moves those tasks that are meant to another queue, one after the other, each like {@link #move}; those that have gone on
     * meanwhile, or whose id is taken there, stay.
     *
     * @return how many were moved
     */
    public long moveAll(Shelf shelf, TaskFilter filter, String target, Progress progress) {
        return Await.answer(async.moveAll(shelf, filter, target, progress));
    }

    /** The servers that live, of either language, and what they work on. */
    public List<ServerStatus> servers() {
        return Await.answer(async.servers());
    }

    /** The periodic tasks of all schedulers that live, of either language. */
    public List<SchedulerEntry> schedulerEntries() {
        return Await.answer(async.schedulerEntries());
    }

    /** What a periodic task has put on its queue, the latest first; nothing for one that nobody knows. */
    public List<SchedulerEvent> schedulerEvents(String entryId, Page page) {
        return Await.answer(async.schedulerEvents(entryId, page));
    }
}
