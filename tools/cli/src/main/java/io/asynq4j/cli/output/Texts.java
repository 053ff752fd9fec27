package io.asynq4j.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times, lengths and sizes for people. */
public final class Texts {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Texts() {}

    /** Like {@code 1h5m}, {@code 12.3s} or {@code 40ms}: its two largest units at most. */
    public static String length(Duration length) {
        if (length.isNegative()) {
            return "-" + length(length.negated());
        }
        long seconds = length.toSeconds();
        if (seconds < 1) {
            return length.toMillis() + "ms";
        }
        if (seconds < 60) {
            long tenths = length.toMillis() / 100;
            return tenths % 10 == 0 ? seconds + "s" : tenths / 10 + "." + tenths % 10 + "s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        return seconds < 86_400
                ? seconds / 3_600 + "h" + seconds / 60 % 60 + "m"
                : seconds / 86_400 + "d" + seconds / 3_600 % 24 + "h";
    }

    /** A time in UTC, in whole seconds. */
    public static String time(@Nullable Instant time) {
        return time == null ? "-" : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A time as seen from now: {@code in 5m0s}, {@code now}, {@code 5m0s ago}. */
    public static String distance(@Nullable Instant time, Instant now) {
        if (time == null) {
            return "-";
        }
        var away = Duration.between(now.truncatedTo(ChronoUnit.SECONDS), time.truncatedTo(ChronoUnit.SECONDS));
        return away.isZero() ? "now" : away.isNegative() ? length(away.negated()) + " ago" : "in " + length(away);
    }

    /** A number of bytes, like {@code 1.5 MiB}. */
    public static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }

    /** Which part of {@code all} are {@code some}, like {@code 2.50%}; {@code -} of nothing. */
    public static String share(long some, long all) {
        return all == 0 ? "-" : String.format(Locale.ROOT, "%.2f%%", 100.0 * some / all);
    }

    /** {@code text}, cut to at most {@code most} characters. */
    public static String cut(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, Math.max(0, most - 1))) + "…";
    }
}
