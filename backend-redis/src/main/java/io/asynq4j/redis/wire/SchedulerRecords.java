package io.asynq4j.redis.wire;

import static io.asynq4j.redis.wire.Reader.LENGTH;

import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.task.Payload;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** {@link SchedulerEntry} and {@link SchedulerEvent} as protobuf. */
final class SchedulerRecords {
    private static final int ID = 1;
    private static final int SPEC = 2;
    private static final int TASK_TYPE = 3;
    private static final int TASK_PAYLOAD = 4;
    private static final int OPTIONS = 5;
    private static final int NEXT = 6;
    private static final int PREVIOUS = 7;

    private static final int EVENT_TASK_ID = 1;
    private static final int EVENT_TIME = 2;

    private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    private SchedulerRecords() {}

    static byte[] encode(SchedulerEntry entry) {
        var next = orNever(entry.next());
        var previous = orNever(entry.previous());
        var out = new Writer(Writer.size(entry.id())
                + Writer.size(entry.spec())
                + Writer.size(entry.taskType())
                + Writer.size(entry.payload())
                + entry.options().stream().mapToInt(Writer::sizeAlways).sum()
                + Timestamps.size(next)
                + Timestamps.size(previous));
        out.text(ID, entry.id());
        out.text(SPEC, entry.spec());
        out.text(TASK_TYPE, entry.taskType());
        out.payload(TASK_PAYLOAD, entry.payload());
        entry.options().forEach(option -> out.textAlways(OPTIONS, option));
        Timestamps.write(out, NEXT, next);
        Timestamps.write(out, PREVIOUS, previous);
        return out.bytes();
    }

    static SchedulerEntry decodeEntry(byte[] bytes) {
        var in = new Reader(bytes);
        var id = "";
        var spec = "";
        var type = "";
        var payload = Payload.none();
        var options = new ArrayList<String>();
        var next = NEVER;
        var previous = NEVER;
        while (in.next()) {
            switch (in.tagged()) {
                case ID << 3 | LENGTH -> id = in.text();
                case SPEC << 3 | LENGTH -> spec = in.text();
                case TASK_TYPE << 3 | LENGTH -> type = in.text();
                case TASK_PAYLOAD << 3 | LENGTH -> payload = in.payload();
                case OPTIONS << 3 | LENGTH -> options.add(in.text());
                case NEXT << 3 | LENGTH -> next = Timestamps.read(in.message());
                case PREVIOUS << 3 | LENGTH -> previous = Timestamps.read(in.message());
                default -> in.skip();
            }
        }
        return new SchedulerEntry(id, spec, type, payload, options, unlessNever(next), unlessNever(previous));
    }

    static byte[] encode(SchedulerEvent event) {
        var out = new Writer(Writer.size(event.taskId()) + Timestamps.size(event.at()));
        out.text(EVENT_TASK_ID, event.taskId());
        Timestamps.write(out, EVENT_TIME, event.at());
        return out.bytes();
    }

    static SchedulerEvent decodeEvent(byte[] bytes) {
        var in = new Reader(bytes);
        var taskId = "";
        var at = Instant.EPOCH;
        while (in.next()) {
            switch (in.tagged()) {
                case EVENT_TASK_ID << 3 | LENGTH -> taskId = in.text();
                case EVENT_TIME << 3 | LENGTH -> at = Timestamps.read(in.message());
                default -> in.skip();
            }
        }
        return new SchedulerEvent(taskId, at);
    }

    private static Instant orNever(@Nullable Instant time) {
        return time == null ? NEVER : time;
    }

    private static @Nullable Instant unlessNever(Instant time) {
        return time.equals(NEVER) ? null : time;
    }
}
