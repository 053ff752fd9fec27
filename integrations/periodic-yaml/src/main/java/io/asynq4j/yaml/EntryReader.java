package io.asynq4j.yaml;

import io.asynq4j.schedule.Missed;
import io.asynq4j.schedule.PeriodicTask;
import io.asynq4j.task.Options;
import io.asynq4j.task.Overlap;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one entry. */
final class EntryReader {
    private static final List<String> FIELDS = List.of(
            "name",
            "cron",
            "zone",
            "type",
            "payload",
            "payload_base64",
            "headers",
            "queue",
            "max_retry",
            "timeout",
            "deadline",
            "unique_for",
            "retention",
            "task_id",
            "group",
            "missed",
            "overlap",
            "jitter",
            "start",
            "end");

    private EntryReader() {}

    /** @throws Wrong with the place and the rule */
    static PeriodicTask read(Node node) {
        var fields = Fields.of(node);
        fields.allow(FIELDS);
        var cron = fields.required("cron");
        fields.required("type");
        var task = fields.apply(
                "type", Task.of("none"), Function.identity(), (none, type) -> Task.of(type, payload(fields)));
        var periodic = PeriodicTask.of(cron, task).with(options(fields));
        periodic = fields.apply("name", periodic, Function.identity(), PeriodicTask::named);
        periodic = fields.apply("zone", periodic, ZoneId::of, PeriodicTask::inZone);
        periodic = fields.apply("missed", periodic, EntryReader::missed, PeriodicTask::onMissed);
        periodic = fields.apply("overlap", periodic, EntryReader::overlap, PeriodicTask::onOverlap);
        periodic = fields.apply("jitter", periodic, Durations::parse, PeriodicTask::withJitter);
        periodic = fields.apply("start", periodic, Instant::parse, PeriodicTask::startingAt);
        return fields.apply("end", periodic, Instant::parse, PeriodicTask::endingAt);
    }

    private static Options options(Fields fields) {
        var options = Options.defaults();
        options = fields.apply("queue", options, Function.identity(), Options::queue);
        options = fields.apply("max_retry", options, Integer::parseInt, Options::maxRetry);
        options = fields.apply("timeout", options, Durations::parse, Options::timeout);
        options = fields.apply("deadline", options, Instant::parse, Options::deadline);
        options = fields.apply("unique_for", options, Durations::parse, Options::uniqueFor);
        options = fields.apply("retention", options, Durations::parse, Options::retention);
        options = fields.apply("task_id", options, Function.identity(), Options::taskId);
        options = fields.apply("group", options, Function.identity(), Options::group);
        var headers = fields.node("headers");
        if (headers == null) {
            return options;
        }
        try {
            return options.headers(Fields.of(headers).texts());
        } catch (IllegalArgumentException refused) {
            throw new Wrong(headers, "headers: " + refused.getMessage());
        }
    }

    private static Payload payload(Fields fields) {
        var text = fields.text("payload");
        var bytes = fields.node("payload_base64");
        if (bytes == null) {
            return text == null ? Payload.none() : Payload.ofUtf8(text);
        }
        if (text != null) {
            throw new Wrong(bytes, "there is a payload already");
        }
        return fields.apply(
                "payload_base64", Payload.none(), Base64.getDecoder()::decode, (none, decoded) -> Payload.of(decoded));
    }

    private static Missed missed(String text) {
        return switch (text) {
            case "skip" -> Missed.skip();
            case "once" -> Missed.once();
            default -> Missed.within(Durations.parse(text));
        };
    }

    private static Overlap overlap(String text) {
        return Arrays.stream(Overlap.values())
                .filter(overlap -> overlap.word().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("allow, skip, buffer or cancel, not " + text));
    }
}
