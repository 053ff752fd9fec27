package io.asynq4j.schedule;

import io.asynq4j.task.GoText;
import io.asynq4j.task.Options;
import io.asynq4j.task.Overlap;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Options as texts like {@code Queue("low")}, one for each that is set, in the way in which asynq's schedulers show them. What
 * asynq does not have comes last, in a form that its readers drop.
 */
final class OptionTexts {
    private static final DateTimeFormatter UNIX_DATE = new DateTimeFormatterBuilder()
            .appendPattern("EEE MMM ppd HH:mm:ss 'UTC' uuuu")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private OptionTexts() {}

    static List<String> of(Options options) {
        var texts = new ArrayList<String>();
        options.queue().ifPresent(name -> texts.add(text("Queue", name)));
        options.maxRetry().ifPresent(retries -> texts.add("MaxRetry(" + retries + ")"));
        options.timeout().ifPresent(timeout -> texts.add("Timeout(" + GoDuration.format(timeout) + ")"));
        options.deadline().ifPresent(deadline -> texts.add("Deadline(" + UNIX_DATE.format(deadline) + ")"));
        options.uniqueFor().ifPresent(lock -> texts.add("Unique(" + GoDuration.format(lock) + ")"));
        options.processAt().ifPresent(start -> texts.add("ProcessAt(" + UNIX_DATE.format(start) + ")"));
        options.processIn().ifPresent(delay -> texts.add("ProcessIn(" + GoDuration.format(delay) + ")"));
        options.retention().ifPresent(kept -> texts.add("Retention(" + GoDuration.format(kept) + ")"));
        options.taskId().ifPresent(id -> texts.add(text("TaskID", id)));
        options.group().ifPresent(name -> texts.add(text("Group", name)));
        options.headers().forEach((name, value) -> texts.add("Header([" + json(name) + "," + json(value) + "])"));
        options.uniqueKey().ifPresent(key -> texts.add(text("UniqueKey", key)));
        return texts;
    }

    /** All that there is to say of {@code periodic} besides id, schedule and task; what the task sets itself comes with it. */
    static List<String> of(PeriodicTask periodic) {
        var texts = new ArrayList<>(of(Options.defaults()
                .headers(periodic.task().headers())
                .merge(periodic.task().options())
                .merge(periodic.options())));
        periodic.zone().ifPresent(zone -> texts.add(text("Zone", zone.getId())));
        if (!periodic.missed().equals(Missed.skip())) {
            texts.add("Missed(" + periodic.missed() + ")");
        }
        if (periodic.overlap() != Overlap.ALLOW) {
            texts.add("Overlap(" + periodic.overlap().word() + ")");
        }
        if (!periodic.jitter().isZero()) {
            texts.add("Jitter(" + GoDuration.format(periodic.jitter()) + ")");
        }
        periodic.start().ifPresent(start -> texts.add("StartingAt(" + start + ")"));
        periodic.end().ifPresent(end -> texts.add("EndingAt(" + end + ")"));
        return texts;
    }

    /**
     * {@code periodic} with what {@code text} says.
     *
     * @throws IllegalArgumentException when it says nothing that is known, with the text
     */
    static PeriodicTask apply(String text, PeriodicTask periodic) {
        int open = text.indexOf('(');
        if (open < 0 || !text.endsWith(")")) {
            throw new IllegalArgumentException("no option: " + text);
        }
        var value = text.substring(open + 1, text.length() - 1);
        try {
            return apply(text.substring(0, open), value, periodic);
        } catch (RuntimeException wrong) { // whatever parsers and checks make of it
            throw new IllegalArgumentException("option " + text + ": " + wrong.getMessage(), wrong);
        }
    }

    private static PeriodicTask apply(String name, String value, PeriodicTask periodic) {
        return switch (name) {
            case "Zone" -> periodic.inZone(ZoneId.of(GoText.unquote(value)));
            case "Missed" -> periodic.onMissed(missed(value));
            case "Overlap" ->
                periodic.onOverlap(Arrays.stream(Overlap.values())
                        .filter(overlap -> overlap.word().equals(value))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no such policy")));
            case "Jitter" -> periodic.withJitter(GoDuration.parse(value));
            case "StartingAt" -> periodic.startingAt(Instant.parse(value));
            case "EndingAt" -> periodic.endingAt(Instant.parse(value));
            default -> periodic.with(option(name, value));
        };
    }

    private static Options option(String name, String value) {
        var options = Options.defaults();
        return switch (name) {
            case "Queue" -> options.queue(GoText.unquote(value));
            case "MaxRetry" -> options.maxRetry(Integer.parseInt(value));
            case "Timeout" -> options.timeout(GoDuration.parse(value));
            case "Deadline" -> options.deadline(date(value));
            case "Unique" -> options.uniqueFor(GoDuration.parse(value));
            case "ProcessAt" -> options.processAt(date(value));
            case "ProcessIn" -> options.processIn(GoDuration.parse(value));
            case "Retention" -> options.retention(GoDuration.parse(value));
            case "TaskID" -> options.taskId(GoText.unquote(value));
            case "Group" -> options.group(GoText.unquote(value));
            case "UniqueKey" -> options.uniqueKey(GoText.unquote(value));
            case "Header" -> options.headers(header(value));
            default -> throw new IllegalArgumentException("no such option");
        };
    }

    private static Missed missed(String value) {
        if (value.startsWith("within ")) {
            return Missed.within(GoDuration.parse(value.substring("within ".length())));
        }
        return switch (value) {
            case "skip" -> Missed.skip();
            case "once" -> Missed.once();
            default -> throw new IllegalArgumentException("no such policy");
        };
    }

    private static Instant date(String value) {
        try {
            return Instant.from(UNIX_DATE.parse(value));
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException("no date like Thu Jan  1 00:00:00 UTC 2099", wrong);
        }
    }

    private static String text(String name, String value) {
        return name + "(" + GoText.quote(value) + ")";
    }

    private static String json(String value) {
        var text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' '
                    || c == '<'
                    || c == '>'
                    || c == '&'
                    || c == '\u2028'
                    || c == '\u2029'
                    || c == '('
                    || c == ')') {
                text.append(
                        String.format(Locale.ROOT, "\\u%04x", (int) c)); // parentheses: readers stop at the first one
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }

    /** Two texts in JSON, whose escapes are Go's as far as {@link #json} and Go write them. */
    private static Map<String, String> header(String value) {
        int middle = endOfName(value);
        if (!value.startsWith("[\"") || !value.endsWith("\"]") || !value.startsWith("\",\"", middle)) {
            throw new IllegalArgumentException("no pair of texts");
        }
        var name = value.substring(1, middle + 1);
        return Map.of(GoText.unquote(name), GoText.unquote(value.substring(middle + 2, value.length() - 1)));
    }

    /** Where the quote is that ends the first text, which is none that is escaped. */
    private static int endOfName(String value) {
        int at = 2;
        while (at < value.length() && value.charAt(at) != '"') {
            at += value.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }
}
