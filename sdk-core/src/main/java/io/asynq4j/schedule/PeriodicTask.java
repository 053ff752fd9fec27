package io.asynq4j.schedule;

import io.asynq4j.task.Options;
import io.asynq4j.task.Overlap;
import io.asynq4j.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task that is to be enqueued again and again. Immutable; the methods that are named like verbs or prepositions answer a changed copy.
 *
 * <p>Whether a text is a schedule is looked at when a {@link Scheduler} is given this, since it knows the zone.
 */
public final class PeriodicTask {
    private final Draft parts;

    private PeriodicTask(Draft parts) {
        this.parts = parts;
    }

    /** {@code task}, at the times of {@code cron}, a text as {@link Schedule#of(String)} reads it. */
    public static PeriodicTask of(String cron, Task task) {
        return new PeriodicTask(new Draft(
                Objects.requireNonNull(cron, "schedule"),
                null,
                Objects.requireNonNull(task, "task"),
                Options.defaults()));
    }

    /** {@code task}, at the times of {@code schedule}, in its zone if it was read with one. */
    public static PeriodicTask of(Schedule schedule, Task task) {
        if (schedule instanceof CronSchedule cron) {
            var read = of(cron.spec(), task); // text and zone say it all, and can be stored and changed
            return cron.namesZone() ? read : read.inZone(cron.zone());
        }
        return new PeriodicTask(
                new Draft(schedule.spec(), schedule, Objects.requireNonNull(task, "task"), Options.defaults()));
    }

    /**
     * With a name, which is its id then, in all schedulers; not blank, at most 256 characters. Without one the id is made of
     * schedule, zone, task and options, so that a change of one of them makes another entry, which begins anew.
     */
    public PeriodicTask named(String name) {
        if (name.isBlank() || name.length() > 256) {
            throw new IllegalArgumentException("a name must have from 1 to 256 characters: \"" + name + '"');
        }
        return with(draft -> draft.name = name);
    }

    /** With options over those of the task. */
    public PeriodicTask with(Options options) {
        return with(draft -> draft.options = draft.options.merge(options));
    }

    /**
     * With its times in {@code zone}, unless the text names one itself. Default: the scheduler's.
     *
     * @throws IllegalArgumentException when this is made of a {@link Schedule} that was not read from a text, since its times are its
     *     own
     */
    public PeriodicTask inZone(ZoneId zone) {
        if (!isText()) {
            throw new IllegalArgumentException(
                    "the times of a schedule of your own cannot be put into the zone " + zone + ": " + this);
        }
        return with(draft -> draft.zone = Objects.requireNonNull(zone, "zone"));
    }

    /** What is done about times that were missed. Default: {@link Missed#skip()}. */
    public PeriodicTask onMissed(Missed missed) {
        return with(draft -> draft.missed = Objects.requireNonNull(missed, "missed"));
    }

    /** What is done while the task of the time before is not finished. Default: {@link Overlap#ALLOW}. */
    public PeriodicTask onOverlap(Overlap overlap) {
        return with(draft -> draft.overlap = Objects.requireNonNull(overlap, "overlap"));
    }

    /**
     * With each time put off by chance, by less than {@code most}; all schedulers agree by how much. Not negative. Default 0.
     */
    public PeriodicTask withJitter(Duration most) {
        if (most.isNegative()) {
            throw new IllegalArgumentException("jitter must not be negative: " + most);
        }
        return with(draft -> draft.jitter = most);
    }

    /** Not due before {@code first}; an interval is due then for the first time. Default: no beginning. */
    public PeriodicTask startingAt(Instant first) {
        return with(draft -> draft.from = Objects.requireNonNull(first, "start"));
    }

    /** Not due after {@code last}. Default: no end. */
    public PeriodicTask endingAt(Instant last) {
        return with(draft -> draft.until = Objects.requireNonNull(last, "end"));
    }

    /** With the place where it was written, such as a line of a file, for messages. */
    public PeriodicTask from(String source) {
        return with(draft -> draft.source = Objects.requireNonNull(source, "source"));
    }

    /** The text of the schedule. */
    public String spec() {
        return parts.spec;
    }

    /** Whether {@link #spec} and {@link #zone} say when it is due. */
    boolean isText() {
        return parts.schedule == null || parts.schedule instanceof Interval;
    }

    public Task task() {
        return parts.task;
    }

    /** Those that go over the task's own. */
    public Options options() {
        return parts.options;
    }

    public Optional<String> name() {
        return Optional.ofNullable(parts.name);
    }

    public Optional<ZoneId> zone() {
        return Optional.ofNullable(parts.zone);
    }

    public Missed missed() {
        return parts.missed;
    }

    public Overlap overlap() {
        return parts.overlap;
    }

    public Duration jitter() {
        return parts.jitter;
    }

    public Optional<Instant> start() {
        return Optional.ofNullable(parts.from);
    }

    public Optional<Instant> end() {
        return Optional.ofNullable(parts.until);
    }

    /** Where it was written; empty where nobody said. */
    public String source() {
        return parts.source;
    }

    /**
     * When it is due, with beginning and end.
     *
     * @param zone of a text that names none, unless {@link #inZone} did
     * @throws IllegalArgumentException when the text is no schedule
     */
    Schedule schedule(ZoneId zone) {
        var bare = parts.schedule != null
                ? WholeSeconds.of(parts.schedule)
                : Schedule.of(parts.spec, parts.zone == null ? zone : parts.zone);
        return Windowed.of(bare, parts.from, parts.until);
    }

    /** Equal in all but the place where it was written. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PeriodicTask that && parts.key().equals(that.parts.key());
    }

    @Override
    public int hashCode() {
        return parts.key().hashCode();
    }

    @Override
    public String toString() {
        var what = parts.name == null ? "" : parts.name + ": ";
        var where = parts.source.isEmpty() ? "" : " (" + parts.source + ")";
        return what + "\"" + parts.spec + "\" " + parts.task.type() + where;
    }

    private PeriodicTask with(Consumer<Draft> change) {
        var draft = new Draft(parts);
        change.accept(draft);
        return new PeriodicTask(draft);
    }

    /** A copy under change, seen by one thread. */
    private static final class Draft {
        private final String spec;
        private final @Nullable Schedule schedule;
        private final Task task;
        private Options options;
        private @Nullable String name;
        private @Nullable ZoneId zone;
        private Missed missed = Missed.skip();
        private Overlap overlap = Overlap.ALLOW;
        private Duration jitter = Duration.ZERO;
        private @Nullable Instant from;
        private @Nullable Instant until;
        private String source = "";

        private Draft(String spec, @Nullable Schedule schedule, Task task, Options options) {
            this.spec = spec;
            this.schedule = schedule;
            this.task = task;
            this.options = options;
        }

        private Draft(Draft that) {
            this(that.spec, that.schedule, that.task, that.options);
            name = that.name;
            zone = that.zone;
            missed = that.missed;
            overlap = that.overlap;
            jitter = that.jitter;
            from = that.from;
            until = that.until;
            source = that.source;
        }

        private List<Object> key() {
            return Arrays.asList(spec, schedule, task, options, name, zone, missed, overlap, jitter, from, until);
        }
    }
}
