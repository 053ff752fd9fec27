package io.asynq4j.schedule;

import io.asynq4j.spi.Firing;
import io.asynq4j.spi.PeriodicEntry;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.Standing;
import io.asynq4j.task.Options;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A periodic task that is registered, and how far it has got. Changed by one thread, read by many. */
final class Entry {
    /** How long the record of an entry is kept beyond its next time, so that the last one is known after a long absence. */
    private static final Duration KEPT = Duration.ofDays(35);

    private static final Duration LONGEST = Duration.ofDays(3_650);

    private final PeriodicTask periodic;
    private final Schedule schedule;
    private final String id;
    private final String rhythm;
    private final String queue;
    private final List<String> optionTexts;

    private volatile @Nullable Instant last; // null until the broker has said
    private volatile @Nullable Instant next;
    private volatile @Nullable Instant previous;
    private volatile boolean paused;
    private volatile boolean removed;
    private boolean leftOver;
    private List<Firing> unanswered = List.of();
    private Instant wakeAt = Instant.MIN;
    private volatile @Nullable Step step; // the last one that was asked for
    private @Nullable SchedulerEntry shown; // until something changes

    private Entry(PeriodicTask periodic, Schedule schedule, String rhythm, Instant now) {
        this.periodic = periodic;
        this.schedule = schedule;
        this.rhythm = rhythm;
        this.id = EntryId.of(periodic, rhythm);
        this.queue =
                Placement.of(periodic.task(), periodic.options(), now).message().queue();
        this.optionTexts = OptionTexts.of(periodic);
    }

    /** @throws IllegalArgumentException when the text is no schedule, or the task breaks a rule for what is stored */
    static Entry of(PeriodicTask periodic, ZoneId zone, Instant now) {
        var schedule = periodic.schedule(zone);
        var rhythm = String.join(
                "|",
                periodic.zone().orElse(zone).normalized().getId(),
                periodic.start().map(Instant::toString).orElse(""),
                periodic.end().map(Instant::toString).orElse(""),
                schedule.spec());
        return new Entry(periodic, schedule, rhythm, now);
    }

    String id() {
        return id;
    }

    PeriodicTask periodic() {
        return periodic;
    }

    Options options() {
        return periodic.options();
    }

    boolean isJoined() {
        return last != null;
    }

    boolean isRemoved() {
        return removed;
    }

    void remove() {
        removed = true;
    }

    void paused(boolean paused) {
        this.paused = paused;
    }

    /** What the broker knows it as; kept until some weeks after the time that follows {@code base}. */
    PeriodicEntry stored(Instant base, Instant now) {
        var following = after(base);
        var gap = following == null ? Duration.ZERO : Duration.between(now, following);
        var keep = KEPT.plus(gap.isNegative() ? Duration.ZERO : gap).plus(periodic.jitter());
        return new PeriodicEntry(queue, id, rhythm, keep.compareTo(LONGEST) > 0 ? LONGEST : keep);
    }

    /** It has got as far as the broker says. */
    void joined(Standing standing) {
        previous = standing.task() == null ? null : standing.last();
        settled(standing);
    }

    /** A time of it was answered for. */
    void fired(Standing standing) {
        previous = standing.last();
        settled(standing);
    }

    void settled(Standing standing) {
        last = standing.last();
        next = after(standing.last());
        shown = null;
        paused = standing.paused();
        leftOver = standing.leftOver();
        unanswered = List.of();
    }

    /**
     * What is to be asked of the broker now, in order: what it did not answer, or else what is left over, and one time. One, since the next must not
     * be settled should this one fail.
     */
    List<Firing> due(Instant now, Duration allowance, Tasks tasks) {
        var settled = last;
        if (settled == null || !unanswered.isEmpty()) {
            return unanswered;
        }
        var firings = new ArrayList<Firing>(2);
        if (leftOver) {
            firings.add(firing(Firing.Kind.REST, new Shot(settled, settled), tasks, now));
        }
        var shot = isFarOff(now) ? null : shot(settled, now, allowance);
        if (shot != null && !dueAt(shot.planned()).isAfter(now)) {
            firings.add(firing(Firing.Kind.DUE, shot, tasks, now));
        }
        return firings;
    }

    Firing byHand(Tasks tasks, Instant now) {
        return firing(Firing.Kind.BY_HAND, new Shot(now, now), tasks, now);
    }

    /** The broker gave no answer about {@code firings}: they are asked for again just so, since they may have come about. */
    void unanswered(List<Firing> firings) {
        unanswered = firings;
    }

    /** When this is to be looked at next; null for never. */
    @Nullable
    Instant wakeAt(Instant now, Duration poll, Duration allowance) {
        var settled = last;
        if (settled == null || !unanswered.isEmpty()) {
            return now.plus(poll);
        }
        var shot = isFarOff(now) ? null : shot(settled, now, allowance);
        var planned = shot == null ? next : shot.planned();
        var due = planned == null ? null : dueAt(planned);
        return leftOver && (due == null || due.isAfter(now.plus(poll))) ? now.plus(poll) : due;
    }

    private boolean isFarOff(Instant now) {
        var coming = next;
        return coming == null || coming.isAfter(now);
    }

    /** The time that follows {@code base}, which is asked for several times in a row. */
    private @Nullable Instant after(Instant base) {
        var known = step;
        if (known == null || !known.from().equals(base)) {
            known = new Step(base, schedule.next(base).orElse(null));
            step = known;
        }
        return known.to();
    }

    private record Step(Instant from, @Nullable Instant to) {}

    /** The first time that is due or, if those that are due were missed and do not count, the one after them. */
    private @Nullable Shot shot(Instant settled, Instant now, Duration allowance) {
        var slack = allowance.plus(periodic.jitter());
        var coming = next;
        if (coming != null && !coming.isBefore(now.minus(slack))) {
            return new Shot(coming, coming); // the usual case, in which nothing was missed
        }
        var due = Shot.due(schedule, periodic.missed(), settled, now, slack, 1);
        return due.shots().isEmpty()
                ? schedule.next(due.base())
                        .map(planned -> new Shot(planned, planned))
                        .orElse(null)
                : due.shots().get(0);
    }

    /** Its place in the order of what comes next; to be changed only while it has none. */
    Instant wakeAt() {
        return wakeAt;
    }

    void wakeAt(Instant wakeAt) {
        this.wakeAt = wakeAt;
    }

    /** The first {@code count} times after {@code now}, as far as it is known. */
    List<Instant> next(Instant now, int count) {
        var settled = last;
        return schedule.next(settled == null ? now : Phased.upTo(schedule, settled, now.plusNanos(1)), count);
    }

    ScheduledEntry view() {
        return new ScheduledEntry(id, periodic, next, previous, paused);
    }

    /** By the thread that changes this. */
    SchedulerEntry shown() {
        var same = shown;
        if (same == null) {
            var task = periodic.task();
            same = new SchedulerEntry(id, periodic.spec(), task.type(), task.payload(), optionTexts, next, previous);
            shown = same;
        }
        return same;
    }

    private Firing firing(Firing.Kind kind, Shot shot, Tasks tasks, Instant now) {
        return new Firing(
                stored(shot.through(), now),
                kind,
                shot.planned(),
                shot.through(),
                periodic.overlap(),
                tasks.place(periodic, now));
    }

    /** By chance that is the same for all schedulers. */
    private Instant dueAt(Instant planned) {
        long most = periodic.jitter().toMillis();
        if (most == 0) {
            return planned;
        }
        var seed = 31L * id.hashCode() + planned.getEpochSecond();
        return planned.plusMillis(new SplittableRandom(seed).nextLong(most));
    }

    /** Makes tasks to be stored. */
    @FunctionalInterface
    interface Tasks {
        Placement place(PeriodicTask periodic, Instant now);
    }
}
