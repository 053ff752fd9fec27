package io.asynq4j.schedule;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the texts of schedules. */
final class ScheduleParser {
    private static final int LONGEST_TEXT = 1_000;
    private static final String EVERY = "@every ";
    private static final Map<String, String> DESCRIPTORS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    /** Zones that Go knows by these names, and Java by none. */
    private static final Map<String, ZoneId> MORE_ZONES =
            Map.of("", ZoneOffset.UTC, "EST", hours(-5), "MST", hours(-7), "HST", hours(-10));

    private ScheduleParser() {}

    static Schedule parse(String text, ZoneId zone) {
        try {
            if (text.length() > LONGEST_TEXT) {
                throw new IllegalArgumentException("it has more than " + LONGEST_TEXT + " characters");
            }
            return parse(text, text, zone);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("no schedule: \"" + shown(text) + "\": " + wrong.getMessage(), wrong);
        }
    }

    static boolean namesZone(String text) {
        return text.startsWith("TZ=") || text.startsWith("CRON_TZ=");
    }

    private static Schedule parse(String whole, String text, ZoneId zone) {
        if (namesZone(text)) {
            int end = text.indexOf(' ');
            if (end < 0) {
                throw new IllegalArgumentException("a space has to follow the zone");
            }
            return fields(whole, text.substring(end).strip(), zone(text.substring(text.indexOf('=') + 1, end)));
        }
        return fields(whole, text, zone);
    }

    private static Schedule fields(String whole, String text, ZoneId zone) {
        if (text.startsWith(EVERY)) {
            return Interval.of(GoDuration.parse(text.substring(EVERY.length())), whole);
        }
        if (text.startsWith("@")) {
            var meaning = DESCRIPTORS.get(text);
            if (meaning == null) {
                throw new IllegalArgumentException("of the words that begin with @ there are only @every <duration>, "
                        + String.join(
                                ", ", DESCRIPTORS.keySet().stream().sorted().toList()));
            }
            return fields(whole, meaning, zone);
        }
        var fields = Stream.of(text.split("[\\p{IsWhite_Space}]+"))
                .filter(field -> !field.isEmpty())
                .toList();
        if (fields.size() != 5) {
            throw new IllegalArgumentException(
                    "five fields are needed (minute, hour, day of the month, month, day of the week), and there are "
                            + fields.size());
        }
        return new CronSchedule(
                whole,
                zone,
                CronField.MINUTE.parse(fields.get(0)),
                CronField.HOUR.parse(fields.get(1)),
                CronField.DAY_OF_MONTH.parse(fields.get(2)),
                CronField.MONTH.parse(fields.get(3)),
                CronField.DAY_OF_WEEK.parse(fields.get(4)));
    }

    private static ZoneId zone(String name) {
        var more = MORE_ZONES.get(name);
        if (more != null) {
            return more;
        }
        if (name.equals("Local")) {
            return ZoneId.systemDefault();
        }
        if (!ZoneId.getAvailableZoneIds().contains(name)) {
            throw new IllegalArgumentException("there is no zone named '" + name + "'");
        }
        return ZoneId.of(name);
    }

    private static ZoneId hours(int hours) {
        return ZoneOffset.ofHours(hours);
    }

    private static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
