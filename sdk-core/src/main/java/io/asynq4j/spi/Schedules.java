package io.asynq4j.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Periodic tasks: enqueueing each time once, however many schedulers there are, and showing them. All methods throw
 * {@link io.asynq4j.task.BrokerUnavailableException} when no answer came, unless they say otherwise.
 */
public interface Schedules {
    /**
     * How far entries have got. One that nobody knows is settled up to {@code now}, in whole seconds, which is where the
     * phase of an interval begins for all; so is one whose rhythm has changed, unless it has got further. One whose record cannot be read is taken for one that
     * nobody knows.
     *
     * @return in the order of {@code entries}
     */
    List<Standing> joinPeriodic(List<PeriodicEntry> entries, Instant now);

    /**
     * Stores the tasks of those firings that are later than the last one of their entry, and settles these times. Does not
     * throw; each firing has its own outcome, in the order of {@code firings}, which are worked off in this order.
     */
    List<Fired> fire(List<Firing> firings);

    /** Lets an entry make no tasks, or some again; times that pass meanwhile are settled. */
    void pausePeriodic(PeriodicEntry entry, boolean paused);

    /** Shows a scheduler and its entries, in this order, for {@code ttl} from {@code now}; whole seconds, at least 1. */
    void announceScheduler(SchedulerInfo scheduler, List<SchedulerEntry> entries, Instant now, Duration ttl);

    /** Takes back what the scheduler has announced; what its entries did stays to be seen. */
    void leaveScheduler(SchedulerInfo scheduler);

    /**
     * Takes the lead in {@code scope} for {@code lease}, whole seconds, unless another scheduler has it; zero gives it back.
     *
     * @return whether {@code scheduler} leads from now on
     */
    boolean lead(String scope, SchedulerInfo scheduler, Duration lease);

    /** Writes down for people what entries did. Of each the last 1,000 events are kept. */
    void recordEvents(List<Recorded> events);

    /**
     * What an entry did.
     *
     * @param keep how long to keep its history if nothing follows
     */
    record Recorded(String entryId, SchedulerEvent event, Duration keep) {}

    /**
     * The periodic tasks that are stored for schedulers to take up. Those that cannot be read are left out.
     *
     * @see #storePeriodic
     */
    List<SchedulerEntry> storedPeriodic();

    /** Stores a periodic task for schedulers to take up, in the place of the one with its id. Its times do not count. */
    void storePeriodic(SchedulerEntry entry);

    /** Takes a stored one away; whether it was there. */
    boolean unstorePeriodic(String id);
}
