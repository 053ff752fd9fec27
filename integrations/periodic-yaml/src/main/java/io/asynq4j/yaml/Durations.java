package io.asynq4j.yaml;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 1h30m}, {@code 500ms}. */
final class Durations {
    private static final Pattern WHOLE = Pattern.compile("(?:[0-9]{1,9}(?:d|h|ms|m|s))+");
    private static final Pattern PART = Pattern.compile("([0-9]+)(d|h|ms|m|s)");

    private Durations() {}

    /** @throws IllegalArgumentException when {@code text} is none */
    static Duration parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a duration has whole numbers each followed by d, h, m, s or ms: " + text);
        }
        return PART.matcher(text)
                .results()
                .map(part -> Duration.of(Long.parseLong(part.group(1)), unit(part.group(2))))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static ChronoUnit unit(String letters) {
        return switch (letters) {
            case "d" -> ChronoUnit.DAYS;
            case "h" -> ChronoUnit.HOURS;
            case "m" -> ChronoUnit.MINUTES;
            case "s" -> ChronoUnit.SECONDS;
            default -> ChronoUnit.MILLIS;
        };
    }
}
