package io.asynq4j.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lengths of time as Go writes them, {@code 1h30m}, {@code 500ms}, with {@code d} for days. */
final class Durations implements ITypeConverter<Duration> {
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Pattern PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");

    @Override
    public Duration convert(String text) {
        var parts = PART.matcher(text);
        var sum = Duration.ZERO;
        int end = 0;
        while (end < text.length() && parts.find(end) && parts.start() == end) {
            long unit = MILLIS.getOrDefault(parts.group(2), 0L);
            sum = sum.plusMillis(new BigDecimal(parts.group(1))
                    .multiply(BigDecimal.valueOf(unit))
                    .longValue());
            end = parts.end();
        }
        if (end == 0 || end < text.length()) {
            throw new TypeConversionException("\"" + text + "\" is no length of time like 1h30m, 10s or 7d");
        }
        return sum;
    }
}
