package io.asynq4j.schedule;

import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.Schedules;
import io.asynq4j.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Periodic tasks that are kept by the broker, each under its name, for a {@link PeriodicTaskManager} to take up. Whoever can reach
 * the broker can change them.
 *
 * <p>Safe for use by many threads. All methods throw {@link io.asynq4j.task.BrokerUnavailableException} when no answer came.
 */
public final class StoredPeriodicTasks implements PeriodicTaskConfigProvider {
    private final Schedules broker;

    private StoredPeriodicTasks(Schedules broker) {
        this.broker = broker;
    }

    /** Those that {@code broker} keeps. */
    public static StoredPeriodicTasks of(Schedules broker) {
        return new StoredPeriodicTasks(broker);
    }

    /**
     * Keeps {@code periodic}, in the place of the one with its name. Managers take it up within their sync interval.
     *
     * @throws IllegalArgumentException when it has no name, its text is no schedule, or it is made of a {@link Schedule} that was not
     *     read from a text, since only the text is kept
     */
    public void put(PeriodicTask periodic) {
        var name = periodic.name()
                .orElseThrow(
                        () -> new IllegalArgumentException("a periodic task that is stored needs a name: " + periodic));
        if (!periodic.isText()) {
            throw new IllegalArgumentException(
                    "only the text of a schedule is stored, which does not say what one of your own does: " + periodic);
        }
        Schedule.of(periodic.spec());
        var task = periodic.task();
        broker.storePeriodic(new SchedulerEntry(
                name, periodic.spec(), task.type(), task.payload(), OptionTexts.of(periodic), null, null));
    }

    /** Keeps the one of this name no more; whether it was there. */
    public boolean remove(String name) {
        return broker.unstorePeriodic(name);
    }

    @Override
    public List<PeriodicTask> periodicTasks() {
        return periodicTasks(problem -> {});
    }

    @Override
    public List<PeriodicTask> periodicTasks(Consumer<String> problems) {
        var periodic = new ArrayList<PeriodicTask>();
        for (var entry : broker.storedPeriodic()) {
            try {
                periodic.add(read(entry));
            } catch (IllegalArgumentException wrong) {
                problems.accept("stored periodic task \"" + entry.id() + "\": " + wrong.getMessage());
            }
        }
        return periodic;
    }

    private static PeriodicTask read(SchedulerEntry entry) {
        var periodic = PeriodicTask.of(entry.spec(), Task.of(entry.taskType(), entry.payload()))
                .named(entry.id());
        for (var option : entry.options()) {
            periodic = OptionTexts.apply(option, periodic);
        }
        return periodic;
    }
}
