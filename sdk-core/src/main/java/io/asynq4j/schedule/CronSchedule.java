package io.asynq4j.schedule;

import io.asynq4j.schedule.CronField.Allowed;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Due when the local time of a zone matches five fields.
 *
 * <p>The search goes as robfig/cron's does, since the two have to agree to the second in the odd corners of time zones too:
 * from the coarsest unit that does not match it steps on, days and months by the calendar, hours and less by elapsed time;
 * what is finer is cut off once, at the first step. Where that search never ends, at a day that a zone has skipped, this one
 * goes on behind the gap; and it looks at the day again after each step, so that nothing is due on a wrong day when midnight
 * was skipped.
 */
record CronSchedule(
        String spec, ZoneId zone, Allowed minutes, Allowed hours, Allowed days, Allowed months, Allowed weekdays)
        implements Schedule, Phased {
    private static final int YEARS = 5;

    @Override
    public Optional<Instant> next(Instant after) {
        var time = after.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).atZone(zone);
        int lastYear = time.getYear() + YEARS;
        boolean cut = false;
        while (time.getYear() <= lastYear) {
            var unit = mismatch(time);
            if (unit == null) {
                return Optional.of(time.toInstant());
            }
            var from = cut ? time : start(time, unit);
            time = step(from, unit);
            cut = true;
        }
        return Optional.empty();
    }

    /** Whether the text says in which zone its times are. */
    boolean namesZone() {
        return ScheduleParser.namesZone(spec);
    }

    /** What was before does not matter to the next one. */
    @Override
    public Instant upTo(Instant last, Instant limit) {
        var before = limit.minusNanos(1).truncatedTo(ChronoUnit.SECONDS);
        return before.isAfter(last) ? before : last;
    }

    /** The coarsest unit in which {@code time} is not due; null when it is. */
    private @Nullable ChronoUnit mismatch(ZonedDateTime time) {
        if (!months.has(time.getMonthValue())) {
            return ChronoUnit.MONTHS;
        }
        if (!isDue(time.getDayOfMonth(), time.getDayOfWeek().getValue() % 7)) {
            return ChronoUnit.DAYS;
        }
        if (!hours.has(time.getHour())) {
            return ChronoUnit.HOURS;
        }
        if (!minutes.has(time.getMinute())) {
            return ChronoUnit.MINUTES;
        }
        return time.getSecond() == 0 ? null : ChronoUnit.SECONDS;
    }

    private boolean isDue(int day, int weekday) {
        if (days.open() || weekdays.open()) {
            return days.has(day) && weekdays.has(weekday);
        }
        return days.has(day) || weekdays.has(weekday);
    }

    private ZonedDateTime start(ZonedDateTime time, ChronoUnit unit) {
        return switch (unit) {
            case MONTHS -> at(time.toLocalDate().withDayOfMonth(1).atStartOfDay());
            case DAYS, HOURS -> at(time.toLocalDateTime().truncatedTo(unit));
            default -> time.toInstant().truncatedTo(unit).atZone(zone); // not local: offsets of old had seconds
        };
    }

    private ZonedDateTime step(ZonedDateTime time, ChronoUnit unit) {
        if (!unit.isDateBased()) {
            var leap = time.toInstant().plus(misses(time, unit), unit).atZone(zone);
            boolean clockChanges = !leap.getOffset().equals(time.getOffset());
            return clockChanges ? time.toInstant().plus(1, unit).atZone(zone) : leap;
        }
        var local = time.toLocalDateTime().plus(1, unit);
        var next = at(local);
        if (unit == ChronoUnit.DAYS && next.getHour() != 0) { // midnight was skipped or shifted
            int hour = next.getHour();
            next = next.plusHours(hour > 12 ? 24 - hour : -hour);
        }
        return next.isAfter(time) ? next : local.atZone(zone);
    }

    /** How many steps it takes to where the unit matches or begins again, while no clock changes: those between are not due. */
    private int misses(ZonedDateTime time, ChronoUnit unit) {
        return switch (unit) {
            case HOURS -> hours.nextOr(24, time.getHour()) - time.getHour();
            case MINUTES -> minutes.nextOr(60, time.getMinute()) - time.getMinute();
            default -> 60 - time.getSecond();
        };
    }

    /**
     * The moment of a local time, chosen as Go's time.Date does where a change of the clock makes it ambiguous or skips it:
     * with the offset that holds at the moment which the offset of the same time in UTC would give.
     */
    private ZonedDateTime at(LocalDateTime local) {
        var rules = zone.getRules();
        var guess = rules.getOffset(local.toInstant(ZoneOffset.UTC));
        var offset = rules.getOffset(local.toInstant(guess));
        return local.toInstant(offset).atZone(zone);
    }
}
