package io.asynq4j.schedule;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations as Go's {@code time.ParseDuration} reads them: {@code 1h30m}, {@code -1.5s}, {@code 0}; at most about 292 years. */
final class GoDuration {
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "\u00b5s", 1_000L, // micro sign
            "\u03bcs", 1_000L, // Greek letter mu
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final Pattern PART = Pattern.compile("([0-9]*)(?:\\.([0-9]*))?([^0-9.]+)");
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int LONGEST_TEXT = 100;

    private GoDuration() {}

    /** @throws IllegalArgumentException with the rule that {@code text} breaks */
    static Duration parse(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("a duration has at most " + LONGEST_TEXT + " characters");
        }
        boolean signed = text.startsWith("-") || text.startsWith("+");
        var parts = signed ? text.substring(1) : text;
        if (parts.equals("0")) {
            return Duration.ZERO;
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("the duration is missing");
        }
        var nanos = nanos(parts);
        if (nanos.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("a duration is at most 2562047h");
        }
        var length = Duration.ofNanos(nanos.longValueExact());
        return text.startsWith("-") ? length.negated() : length;
    }

    /** As Go writes it: {@code 1h0m0s}, {@code 1.5s}, {@code 20ms}, {@code 0s}. */
    static String format(Duration duration) {
        if (duration.isNegative()) {
            return "-" + format(duration.negated());
        }
        long nanos = duration.getNano();
        if (duration.getSeconds() == 0) {
            if (nanos == 0) {
                return "0s";
            }
            return nanos < 1_000
                    ? nanos + "ns"
                    : nanos < 1_000_000 ? decimal(nanos, 3) + "\u00b5s" : decimal(nanos, 6) + "ms";
        }
        long seconds = duration.toSecondsPart();
        var text = decimal(seconds * 1_000_000_000 + nanos, 9) + "s";
        if (duration.toMinutes() > 0) {
            text = duration.toMinutesPart() + "m" + text;
        }
        return duration.toHours() > 0 ? duration.toHours() + "h" + text : text;
    }

    private static String decimal(long number, int places) {
        var value = BigDecimal.valueOf(number, places);
        return (value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros()).toPlainString();
    }

    private static BigDecimal nanos(String parts) {
        var sum = BigDecimal.ZERO;
        var part = PART.matcher(parts);
        int end = 0;
        for (; end < parts.length() && part.find() && part.start() == end; end = part.end()) {
            var whole = part.group(1);
            var fraction = part.group(2) == null ? "" : part.group(2);
            var unit = NANOS.get(part.group(3));
            if (unit == null || (whole.isEmpty() && fraction.isEmpty())) {
                throw new IllegalArgumentException(
                        "a duration has numbers each followed by one of h, m, s, ms, us, ns, such as 1h30m");
            }
            var number = new BigDecimal("0" + whole + "." + fraction + "0");
            sum = sum.add(number.multiply(BigDecimal.valueOf(unit)).setScale(0, RoundingMode.DOWN));
        }
        if (end < parts.length()) {
            throw new IllegalArgumentException("the last number of a duration needs a unit: h, m, s, ms, us or ns");
        }
        return sum;
    }
}
