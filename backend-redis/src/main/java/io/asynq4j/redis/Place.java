package io.asynq4j.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing has ended, and the next one goes on.
 *
 * @param passed how many tasks were passed by then
 * @param score of the last one, in a set; null in a list
 * @param ids in a set the last task; in a list the one before the first, if any, and all that were listed
 */
record Place(long passed, @Nullable String score, List<String> ids) {
    /** Before the first task. */
    static final Place START = new Place(0, null, List.of());

    private static final int MOST_IDS = 1_001;
    private static final Pattern PASSED = Pattern.compile("[0-9]{1,15}"); // as far as Lua counts exactly
    private static final Pattern SCORE = Pattern.compile("[+-]?(inf|[0-9]{1,20}(\\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?)");

    /** Refuses what no listing has made, since cursors come from outside. */
    Place {
        require(passed >= 0, "it begins with a number from 0 on");
        require(score == null || SCORE.matcher(score).matches(), "a score is a number");
        require(ids.size() <= MOST_IDS, "it names at most " + MOST_IDS + " tasks");
        require(score == null || ids.size() == 1, "a score goes with one task");
        ids = List.copyOf(ids);
    }

    /**
     * The place that a cursor stands for.
     *
     * @param ofSet whether it has to be one of a set
     * @throws IllegalArgumentException when it is none
     */
    static Place read(String cursor, boolean ofSet) {
        int start = cursor.indexOf(' ');
        require(start > 0 && PASSED.matcher(cursor.substring(0, start)).matches(), "it begins with a number from 0 on");
        long passed = Long.parseLong(cursor.substring(0, start));
        int end = cursor.indexOf(' ', start + 1);
        require(end > start, "a score comes second, or nothing in a list");
        var score = cursor.substring(start + 1, end);
        require(score.isEmpty() != ofSet, "it is one of another kind of tasks");
        return new Place(passed, ofSet ? score : null, ids(cursor, end + 1));
    }

    /** Each with its length before it, since an id can be any text. */
    private static List<String> ids(String cursor, int start) {
        var ids = new ArrayList<String>();
        int at = start;
        while (at < cursor.length()) {
            int colon = cursor.indexOf(':', at);
            require(
                    colon > at && cursor.substring(at, colon).matches("[0-9]{1,9}"),
                    "a task's id has its length before it");
            int end = colon + 1 + Integer.parseInt(cursor.substring(at, colon));
            require(end <= cursor.length(), "a task's id is as long as it says");
            ids.add(cursor.substring(colon + 1, end));
            at = end;
        }
        return ids;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("this is no cursor of these tasks: " + rule);
        }
    }

    /** As a cursor. */
    @Override
    public String toString() {
        var text = new StringBuilder()
                .append(passed)
                .append(' ')
                .append(score == null ? "" : score)
                .append(' ');
        ids.forEach(id -> text.append(id.length()).append(':').append(id));
        return text.toString();
    }
}
