package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Seconds;
import io.asynq4j.task.TaskState;
import java.util.ArrayList;
import java.util.List;

/** Some new tasks of one queue, on their way into one call of the script. */
final class SubmitChunk {
    private static final int MOST_TASKS = 200;
    private static final int MOST_BYTES = 1 << 20;
    private static final byte[] NOTHING = new byte[0];

    private final String queue;
    private final Call.Builder call;
    private final List<Integer> positions = new ArrayList<>();
    private int bytes;

    SubmitChunk(String queue) {
        this.queue = queue;
        this.call = Call.of(Scripts.SUBMIT)
                .key(Keys.pending(queue))
                .key(Keys.scheduled(queue))
                .key(Keys.groups(queue))
                .arg(Keys.taskPrefix(queue))
                .arg(Keys.groupPrefix(queue));
    }

    String queue() {
        return queue;
    }

    boolean isFull() {
        return positions.size() >= MOST_TASKS || bytes >= MOST_BYTES;
    }

    /** Takes a task in, which has {@code position} among all that are submitted. */
    void add(int position, Placement placement) {
        bytes += isPlain(placement) ? appendPlain(placement) : append(placement, call);
        positions.add(position);
    }

    /** Whether the script needs four values only, as for most tasks. */
    private static boolean isPlain(Placement placement) {
        return placement.state() == TaskState.PENDING
                && placement.lockFor() == null
                && placement.message().group().isEmpty();
    }

    private int appendPlain(Placement placement) {
        var encoded = Wire.encode(placement.message());
        call.arg(NOTHING).arg(placement.message().id()).arg(encoded).arg(time(placement));
        return encoded.length;
    }

    /** Appends the seven values that scripts need to store a task, and answers how many bytes its message has. */
    static int append(Placement placement, Call.Builder call) {
        var message = placement.message();
        var lockFor = placement.lockFor();
        var lock = "";
        if (lockFor != null) {
            var on = placement.lockOn();
            lock = Keys.unique(message.queue(), message.type(), on.isPresent() ? on.unsafeBytes() : null);
            message = message.withUniqueKey(lock);
        }
        var encoded = Wire.encode(message);
        call.arg(placement.state().word())
                .arg(message.id())
                .arg(encoded)
                .arg(time(placement))
                .arg(lock)
                .arg(lockFor == null ? "" : Long.toString(Seconds.up(lockFor)))
                .arg(message.group());
        return encoded.length;
    }

    /** Where the tasks are among all that are submitted, in the order of the script's answers. */
    List<Integer> positions() {
        return positions;
    }

    Call call() {
        return call.build();
    }

    private static long time(Placement placement) {
        var at = placement.at();
        return placement.state() == TaskState.PENDING ? Nanos.unix(at) : at.getEpochSecond();
    }
}
