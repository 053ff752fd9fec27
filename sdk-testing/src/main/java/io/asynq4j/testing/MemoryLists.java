package io.asynq4j.testing;

import io.asynq4j.spi.Inspection.Listing;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists of tasks that go on where they ended, whatever has moved meanwhile. Pure functions. */
final class MemoryLists {
    private MemoryLists() {}

    /** @param cursor of the listing before; null to begin */
    static Listing from(List<Entry> shelf, TaskState state, @Nullable String cursor, int limit, Instant now) {
        boolean byTime = state != TaskState.PENDING && state != TaskState.ACTIVE;
        int start = 0;
        if (cursor != null) {
            start = byTime
                    ? Place.read(cursor).after(shelf)
                    : Footprint.read(cursor).after(shelf);
        }
        int end = Math.min(shelf.size(), start + limit);
        var listed = shelf.subList(start, end);
        String next = null;
        if (end < shelf.size()) {
            next = byTime
                    ? Place.of(shelf.get(end - 1)).toString()
                    : Footprint.of(shelf.subList(Math.max(0, start - 1), end), end)
                            .toString();
        }
        return new Listing(listed.stream().map(entry -> info(entry, now)).toList(), next);
    }

    /** What people are told of a task. */
    static TaskInfo info(Entry entry, Instant now) {
        var state = entry.state();
        var next = switch (state) {
            case PENDING -> now;
            case SCHEDULED, RETRY -> entry.time();
            case ACTIVE, ARCHIVED, COMPLETED, AGGREGATING -> null;
        };
        var info = entry.message().info(state, next);
        var since = switch (state) {
            case PENDING, ARCHIVED, AGGREGATING -> entry.time();
            case RETRY -> info.progress().lastFailedAt();
            case COMPLETED -> info.progress().completedAt();
            case ACTIVE, SCHEDULED -> null;
        };
        var result = entry.result() == null ? Payload.none() : entry.result();
        var orphaned = state == TaskState.ACTIVE && !entry.time().isAfter(now);
        return info.with(new TaskInfo.Sighting(since, result, orphaned));
    }

    private static IllegalArgumentException wrong(String cursor) {
        return new IllegalArgumentException("this is no cursor of a listing of these tasks: \"" + cursor + '"');
    }

    /** A place among tasks that are kept by time: that of one which was there. */
    private record Place(long seconds, String id) {
        static Place of(Entry entry) {
            return new Place(entry.time().getEpochSecond(), entry.id());
        }

        static Place read(String cursor) {
            int gap = cursor.indexOf(' ');
            try {
                return new Place(Long.parseLong(cursor.substring(0, Math.max(gap, 0))), cursor.substring(gap + 1));
            } catch (NumberFormatException malformed) {
                throw wrong(cursor);
            }
        }

        int after(List<Entry> shelf) {
            int index = 0;
            while (index < shelf.size() && !isAfter(shelf.get(index))) {
                index++;
            }
            return index;
        }

        private boolean isAfter(Entry entry) {
            int byTime = Long.compare(entry.time().getEpochSecond(), seconds);
            return byTime > 0 || (byTime == 0 && Arrays.compareUnsigned(bytes(entry.id()), bytes(id)) > 0);
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return seconds + " " + id;
        }
    }

    /**
     * A place in a list, whose tasks go from the front and come at the end, and sometimes the other way round: how many were
     * passed, those of them that were listed last, and the one before them.
     */
    private record Footprint(int passed, List<String> last) {
        static Footprint of(List<Entry> listed, int passed) {
            return new Footprint(passed, listed.stream().map(Entry::id).toList());
        }

        static Footprint read(String cursor) {
            var words = cursor.split(" ", -1);
            try {
                return new Footprint(
                        Integer.parseInt(words[0]),
                        Arrays.stream(words).skip(1).map(Hex::text).toList());
            } catch (IllegalArgumentException malformed) {
                throw wrong(cursor);
            }
        }

        /** Behind the last of those that are there still; one that has gone to the end meanwhile does not count. */
        int after(List<Entry> shelf) {
            var ids = shelf.stream().map(Entry::id).toList();
            for (int i = last.size() - 1; i >= 0; i--) {
                int at = ids.indexOf(last.get(i));
                boolean inPlace =
                        at < passed || (i > 0 && at > 0 && ids.get(at - 1).equals(last.get(i - 1)));
                if (at >= 0 && inPlace) {
                    return at + 1;
                }
            }
            return 0;
        }

        @Override
        public String toString() {
            var words = new StringBuilder().append(passed);
            last.forEach(id -> words.append(' ').append(Hex.of(id)));
            return words.toString();
        }
    }
}
