package io.asynq4j.schedule;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** One of the five fields of a cron text: what it may hold, and how it is read. */
enum CronField {
    MINUTE("minute", 0, 59, Map.of()),
    HOUR("hour", 0, 23, Map.of()),
    DAY_OF_MONTH("day of the month", 1, 31, Map.of()),
    MONTH("month", 1, 12, names(1, "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    DAY_OF_WEEK("day of the week", 0, 6, names(0, "sun", "mon", "tue", "wed", "thu", "fri", "sat"));

    private static final Pattern NUMBER = Pattern.compile("\\+?0*[0-9]{1,9}");

    private final String title;
    private final int least;
    private final int most;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final Map<String, Integer> names;

    CronField(String title, int least, int most, Map<String, Integer> names) {
        this.title = title;
        this.least = least;
        this.most = most;
        this.names = names;
    }

    /**
     * The numbers that {@code text} lets through. Empty parts of a list are skipped; a list of nothing else lets nothing
     * through.
     *
     * @throws IllegalArgumentException naming the part and the rule
     */
    Allowed parse(String text) {
        long bits = 0;
        boolean open = false;
        for (var part : text.split(",", -1)) {
            if (!part.isEmpty()) {
                var allowed = range(part);
                bits |= allowed.bits;
                open |= allowed.open;
            }
        }
        return new Allowed(bits, open);
    }

    private Allowed range(String part) {
        var halves = part.split("/", -1);
        var ends = halves[0].split("-", -1);
        boolean star = ends[0].equals("*") || ends[0].equals("?"); // whatever range follows is not looked at
        if (halves.length > 2 || (ends.length > 2 && !star)) {
            throw wrong(part, "is at most one range with one step");
        }
        int step = halves.length == 2 ? step(part, halves[1]) : 1;
        int from = star ? least : number(part, ends[0]);
        int to = star ? most : number(part, ends[ends.length - 1]);
        if (ends.length == 1 && halves.length == 2) {
            to = most;
        }
        if (from < least || to > most) {
            throw wrong(part, "must be within " + least + " and " + most);
        }
        if (from > to) {
            throw wrong(part, "ends before it begins");
        }
        long bits = 0;
        for (int n = from; n <= to; n += step) {
            bits |= 1L << n;
        }
        return new Allowed(bits, star && step == 1);
    }

    private int step(String part, String text) {
        int step = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (step == 0) {
            throw wrong(part, "needs a step of 1 or more");
        }
        return Math.min(step, most + 1); // so that the sum of both does not overflow
    }

    private int number(String part, String text) {
        var named = names.get(text.toLowerCase(Locale.ROOT));
        if (named != null) {
            return named;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw wrong(
                    part,
                    "has " + (text.isEmpty() ? "nothing" : "'" + text + "'") + " in the place of a number"
                            + (names.isEmpty() ? "" : " or a name of three letters"));
        }
        return Integer.parseInt(text);
    }

    private IllegalArgumentException wrong(String part, String rule) {
        return new IllegalArgumentException(title + " '" + part + "' " + rule);
    }

    private static Map<String, Integer> names(int first, String... names) {
        var numbers = new HashMap<String, Integer>();
        for (int i = 0; i < names.length; i++) {
            numbers.put(names[i], first + i);
        }
        return Map.copyOf(numbers);
    }

    /**
     * What a field lets through.
     *
     * @param bits bit n stands for the number n
     * @param open whether the field is no restriction of the day: a star without a step
     */
    record Allowed(long bits, boolean open) {
        boolean has(int number) {
            return ((bits >> number) & 1) == 1;
        }

        /** The first number after {@code number} that is let through, or {@code end} when there is none. */
        int nextOr(int end, int number) {
            long later = bits & (-1L << (number + 1));
            return later == 0 ? end : Long.numberOfTrailingZeros(later);
        }
    }
}
