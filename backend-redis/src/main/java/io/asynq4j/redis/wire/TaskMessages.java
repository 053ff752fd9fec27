package io.asynq4j.redis.wire;

import static io.asynq4j.redis.wire.Reader.LENGTH;
import static io.asynq4j.redis.wire.Reader.VARINT;

import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Payload;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link TaskMessage} as protobuf. */
final class TaskMessages {
    private static final int TYPE = 1;
    private static final int PAYLOAD = 2;
    private static final int ID = 3;
    private static final int QUEUE = 4;
    private static final int MAX_RETRY = 5;
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

    private TaskMessages() {}

    static byte[] encode(TaskMessage message) {
        var limits = message.limits();
        var progress = message.progress();
        var out = new Writer(size(message));
        out.text(TYPE, message.type());
        out.payload(PAYLOAD, message.payload());
        out.text(ID, message.id());
        out.text(QUEUE, message.queue());
        out.number(MAX_RETRY, limits.maxRetry());
        out.number(RETRIED, progress.retried());
        out.text(ERROR, progress.error());
        out.number(TIMEOUT, limits.timeoutSeconds());
        out.number(DEADLINE, limits.deadlineUnixSeconds());
        out.text(UNIQUE_KEY, message.uniqueKey());
        out.number(LAST_FAILED_AT, progress.lastFailedAtUnixSeconds());
        out.number(RETENTION, limits.retentionSeconds());
        out.number(COMPLETED_AT, progress.completedAtUnixSeconds());
        out.text(GROUP, message.group());
        if (!message.headers().isEmpty()) {
            for (var header : message.headers().entrySet()) {
                Entries.write(out, HEADERS, header.getKey(), header.getValue());
            }
        }
        out.raw(message.unknown());
        return out.bytes();
    }

    private static int size(TaskMessage message) {
        var limits = message.limits();
        var progress = message.progress();
        int size = Writer.size(message.type())
                + Writer.size(message.payload())
                + Writer.size(message.id())
                + Writer.size(message.queue())
                + Writer.size(limits.maxRetry())
                + Writer.size(progress.retried())
                + Writer.size(progress.error())
                + Writer.size(limits.timeoutSeconds())
                + Writer.size(limits.deadlineUnixSeconds())
                + Writer.size(message.uniqueKey())
                + Writer.size(progress.lastFailedAtUnixSeconds())
                + Writer.size(limits.retentionSeconds())
                + Writer.size(progress.completedAtUnixSeconds())
                + Writer.size(message.group())
                + message.unknown().size();
        if (!message.headers().isEmpty()) {
            for (var header : message.headers().entrySet()) {
                size += Entries.size(header.getKey(), header.getValue());
            }
        }
        return size;
    }

    static TaskMessage decode(byte[] bytes) {
        var in = new Reader(bytes);
        var type = "";
        var payload = Payload.none();
        var id = "";
        var queue = "";
        var error = "";
        var uniqueKey = "";
        var group = "";
        int maxRetry = 0;
        int retried = 0;
        long timeout = 0;
        long deadline = 0;
        long lastFailedAt = 0;
        long retention = 0;
        long completedAt = 0;
        Map<String, String> headers = Map.of();
        while (in.next()) {
            switch (in.tagged()) {
                case TYPE << 3 | LENGTH -> type = in.text();
                case PAYLOAD << 3 | LENGTH -> payload = in.payload();
                case ID << 3 | LENGTH -> id = in.text();
                case QUEUE << 3 | LENGTH -> queue = in.text();
                case MAX_RETRY << 3 | VARINT -> maxRetry = in.int32();
                case RETRIED << 3 | VARINT -> retried = in.int32();
                case ERROR << 3 | LENGTH -> error = in.text();
                case TIMEOUT << 3 | VARINT -> timeout = in.int64();
                case DEADLINE << 3 | VARINT -> deadline = in.int64();
                case UNIQUE_KEY << 3 | LENGTH -> uniqueKey = in.text();
                case LAST_FAILED_AT << 3 | VARINT -> lastFailedAt = in.int64();
                case RETENTION << 3 | VARINT -> retention = in.int64();
                case COMPLETED_AT << 3 | VARINT -> completedAt = in.int64();
                case GROUP << 3 | LENGTH -> group = in.text();
                case HEADERS << 3 | LENGTH -> {
                    if (headers.isEmpty()) {
                        headers = new LinkedHashMap<>();
                    }
                    Entries.read(in.message(), headers);
                }
                default -> in.keep();
            }
        }
        return new TaskMessage(
                type,
                payload,
                id,
                queue,
                headers,
                new TaskMessage.Limits(maxRetry, timeout, deadline, retention),
                uniqueKey,
                group,
                new TaskMessage.Progress(retried, error, lastFailedAt, completedAt),
                in.unknown());
    }
}
