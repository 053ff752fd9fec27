package io.asynq4j.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When something is due, again and again. Immutable, and safe for use by many threads.
 *
 * <p>The texts are those of the Go library robfig/cron (v3, standard parser), which asynq uses: five fields for minute, hour,
 * day of the month, month and day of the week; {@code @hourly}, {@code @daily}, {@code @midnight}, {@code @weekly},
 * {@code @monthly}, {@code @yearly}, {@code @annually}; {@code @every} with a Go duration such as {@code 1h30m}. A text may
 * begin with {@code CRON_TZ=} or {@code TZ=}, the name of a zone, and a space.
 *
 * <p>A field is {@code *} or {@code ?} or a list of numbers, names and ranges, each with a step if need be:
 * {@code 1-5,10/15,FRI}. When both day fields are restricted, a day needs to match one of them only; a field that begins with
 * {@code *} is not restricted, unless its step is above 1.
 *
 * <p>Local times that a change of daylight saving skips are not due on that day; those that it repeats are due twice.
 */
public interface Schedule {
    /**
     * The first time after {@code after} that this is due, a whole second; empty when there is none within five years.
     *
     * <p>Schedulers round a fraction of a second up. An answer that is not after {@code after} ends the entry.
     */
    Optional<Instant> next(Instant after);

    /** The text that this was made of, or one that means the same. */
    String spec();

    /** The first {@code count} times after {@code after}, fewer when there are not as many. */
    default List<Instant> next(Instant after, int count) {
        return Stream.iterate(next(after), Optional::isPresent, due -> next(due.orElseThrow()))
                .map(Optional::orElseThrow)
                .limit(count)
                .toList();
    }

    /** Reads {@code text}; its times are those of UTC unless it names a zone. */
    static Schedule of(String text) {
        return of(text, ZoneOffset.UTC);
    }

    /**
     * Reads {@code text}.
     *
     * @param zone of the times, unless the text names one itself
     * @throws IllegalArgumentException when it is no schedule; the message names the text, the part and the rule
     */
    static Schedule of(String text, ZoneId zone) {
        return ScheduleParser.parse(Objects.requireNonNull(text, "schedule"), Objects.requireNonNull(zone, "zone"));
    }

    /** Every {@code interval}, counted from the time before; fractions of a second are cut off, and 1 s is the least. */
    static Schedule every(Duration interval) {
        return Interval.of(interval);
    }
}
