package io.asynq4j.inspect;

import io.asynq4j.spi.Await;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskInfo;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The tasks of a shelf, one listing after the other, each fetched when it is wanted. For one thread. */
final class TaskWalk implements Iterator<TaskInfo> {
    private static final int CHUNK = 200;

    private final Inspection inspection;
    private final Shelf shelf;
    private final InstantSource time;

    private Iterator<TaskInfo> here = List.<TaskInfo>of().iterator();
    private @Nullable String cursor;
    private boolean last;

    TaskWalk(Inspection inspection, Shelf shelf, InstantSource time) {
        this.inspection = inspection;
        this.shelf = shelf;
        this.time = time;
    }

    @Override
    public boolean hasNext() {
        while (!here.hasNext() && !last) {
            var listing = Await.answer(inspection.listFrom(shelf, cursor, CHUNK, time.instant()));
            here = listing.tasks().iterator();
            cursor = listing.next();
            last = cursor == null;
        }
        return here.hasNext();
    }

    @Override
    public TaskInfo next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return here.next();
    }
}
