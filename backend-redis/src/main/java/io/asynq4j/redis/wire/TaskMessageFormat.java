package io.asynq4j.redis.wire;

import io.asynq4j.spi.TaskMessage;
import io.asynq4j.spi.TaskMessage.Limits;
import io.asynq4j.spi.TaskMessage.Progress;
import io.asynq4j.task.Payload;
import java.util.LinkedHashMap;
import java.util.Map;

/** The message {@code asynq.TaskMessage}. */
final class TaskMessageFormat {
    private static final int TYPE = 1;
    private static final int PAYLOAD = 2;
    private static final int ID = 3;
    private static final int QUEUE = 4;
    private static final int RETRY = 5;
    private static final int RETRIED = 6;
    private static final int ERROR = 7;
    private static final int TIMEOUT = 8;
    private static final int DEADLINE = 9;
    private static final int UNIQUE_KEY = 10;
    private static final int LAST_FAILED_AT = 11;
    private static final int RETENTION = 12;
    private static final int COMPLETED_AT = 13;
    private static final int GROUP = 14;
    private static final int HEADERS = 15;

    private static final int HEADER_NAME = 1;
    private static final int HEADER_VALUE = 2;

    /** Room for all numbers and tags of a message. */
    private static final int OVERHEAD = 80;

    private TaskMessageFormat() {}

    static byte[] write(TaskMessage message) {
        var out = new ProtoWriter(expectedSize(message));
        var limits = message.limits();
        var progress = message.progress();
        out.string(TYPE, message.type());
        out.bytes(PAYLOAD, message.payload().unsafeBytes());
        out.string(ID, message.id());
        out.string(QUEUE, message.queue());
        out.number(RETRY, limits.maxRetry());
        out.number(RETRIED, progress.retried());
        out.string(ERROR, progress.error());
        out.number(TIMEOUT, limits.timeoutSeconds());
        out.number(DEADLINE, limits.deadlineUnixSeconds());
        out.string(UNIQUE_KEY, message.uniqueKey());
        out.number(LAST_FAILED_AT, progress.lastFailedAtUnixSeconds());
        out.number(RETENTION, limits.retentionSeconds());
        out.number(COMPLETED_AT, progress.completedAtUnixSeconds());
        out.string(GROUP, message.group());
        message.headers().forEach((name, value) -> out.message(HEADERS, header(name, value)));
        out.raw(message.unknown().unsafeBytes());
        return out.toBytes();
    }

    static TaskMessage read(byte[] bytes) {
        return new Draft().read(new ProtoReader(bytes));
    }

    private static int expectedSize(TaskMessage message) {
        return OVERHEAD
                + message.type().length()
                + message.payload().size()
                + message.id().length()
                + message.queue().length()
                + message.progress().error().length()
                + message.uniqueKey().length()
                + message.group().length();
    }

    private static ProtoWriter header(String name, String value) {
        var entry = new ProtoWriter(name.length() + value.length() + 8);
        entry.requiredString(HEADER_NAME, name);
        entry.requiredString(HEADER_VALUE, value);
        return entry;
    }

    /** A message being read. */
    private static final class Draft {
        private String type = "";
        private Payload payload = Payload.none();
        private String id = "";
        private String queue = "";
        private int retry;
        private int retried;
        private String error = "";
        private long timeout;
        private long deadline;
        private String uniqueKey = "";
        private long lastFailedAt;
        private long retention;
        private long completedAt;
        private String group = "";
        private Map<String, String> headers = Map.of();
        private final ProtoWriter unknown = new ProtoWriter(0);

        private TaskMessage read(ProtoReader in) {
            while (in.hasNext()) {
                field(in.tag(), in);
            }
            var rest = unknown.toBytes();
            return new TaskMessage(
                    type,
                    payload,
                    id,
                    queue,
                    headers,
                    new Limits(retry, timeout, deadline, retention),
                    uniqueKey,
                    group,
                    new Progress(retried, error, lastFailedAt, completedAt),
                    rest.length == 0 ? Payload.none() : Payload.wrap(rest));
        }

        /** A known number with a wire type that is not its own is an unknown field, as in every protobuf library. */
        private void field(int tag, ProtoReader in) {
            switch (tag) {
                case TYPE << 3 | ProtoReader.LENGTH_DELIMITED -> type = in.string();
                case PAYLOAD << 3 | ProtoReader.LENGTH_DELIMITED -> payload = payload(in.bytes());
                case ID << 3 | ProtoReader.LENGTH_DELIMITED -> id = in.string();
                case QUEUE << 3 | ProtoReader.LENGTH_DELIMITED -> queue = in.string();
                case RETRY << 3 | ProtoReader.VARINT -> retry = (int) in.varint();
                case RETRIED << 3 | ProtoReader.VARINT -> retried = (int) in.varint();
                case ERROR << 3 | ProtoReader.LENGTH_DELIMITED -> error = in.string();
                case TIMEOUT << 3 | ProtoReader.VARINT -> timeout = in.varint();
                case DEADLINE << 3 | ProtoReader.VARINT -> deadline = in.varint();
                case UNIQUE_KEY << 3 | ProtoReader.LENGTH_DELIMITED -> uniqueKey = in.string();
                case LAST_FAILED_AT << 3 | ProtoReader.VARINT -> lastFailedAt = in.varint();
                case RETENTION << 3 | ProtoReader.VARINT -> retention = in.varint();
                case COMPLETED_AT << 3 | ProtoReader.VARINT -> completedAt = in.varint();
                case GROUP << 3 | ProtoReader.LENGTH_DELIMITED -> group = in.string();
                case HEADERS << 3 | ProtoReader.LENGTH_DELIMITED -> header(in.message());
                default -> in.keep(tag, unknown);
            }
        }

        private void header(ProtoReader in) {
            var name = "";
            var value = "";
            while (in.hasNext()) {
                int tag = in.tag();
                switch (tag) {
                    case HEADER_NAME << 3 | ProtoReader.LENGTH_DELIMITED -> name = in.string();
                    case HEADER_VALUE << 3 | ProtoReader.LENGTH_DELIMITED -> value = in.string();
                    default -> in.skip(tag);
                }
            }
            if (headers.isEmpty()) {
                headers = new LinkedHashMap<>();
            }
            headers.put(name, value);
        }

        private static Payload payload(byte[] bytes) {
            return bytes.length == 0 ? Payload.none() : Payload.wrap(bytes);
        }
    }
}
