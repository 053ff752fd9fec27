package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.Locale;

/** A place of tasks that is examined, and how findings name it. */
record ExaminedPlace(Shelf shelf) {
    private static final String GROUP = "group ";

    /** The place that a finding names. */
    static ExaminedPlace read(String queue, String place) {
        return new ExaminedPlace(
                place.startsWith(GROUP)
                        ? Shelf.group(queue, place.substring(GROUP.length()))
                        : Shelf.of(queue, TaskState.valueOf(place.toUpperCase(Locale.ROOT))));
    }

    String name() {
        return shelf.state() == TaskState.AGGREGATING
                ? GROUP + shelf.group()
                : shelf.state().word();
    }

    Call look(long passed, int limit) {
        return Call.of(Scripts.EXAMINE_PLACE)
                .key(TaskLists.key(shelf))
                .key(Keys.lease(shelf.queue()))
                .arg(Keys.taskPrefix(shelf.queue()))
                .arg(shelf.state().word())
                .arg(passed)
                .arg(limit)
                .build();
    }

    Call mend(String id, Instant now) {
        return Call.of(Scripts.MEND_PLACE)
                .key(TaskLists.key(shelf))
                .key(Keys.lease(shelf.queue()))
                .key(Keys.task(shelf.queue(), id))
                .arg(id)
                .arg(shelf.state().word())
                .arg(now.getEpochSecond())
                .build();
    }
}
