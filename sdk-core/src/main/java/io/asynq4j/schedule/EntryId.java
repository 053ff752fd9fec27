package io.asynq4j.schedule;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;
import java.util.UUID;

/** The ids of entries: the same in all schedulers, and after restarts. */
final class EntryId {
    private EntryId() {}

    /** The name, or else a hash in the form of a UUID, since that is what asynq's tools are used to. */
    static String of(PeriodicTask periodic, String rhythm) {
        return periodic.name().orElseGet(() -> hash(periodic, rhythm));
    }

    /** Each part with its length in front, so that no two entries run together to the same text. */
    private static String hash(PeriodicTask periodic, String rhythm) {
        var task = periodic.task();
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            part(digest, rhythm);
            part(digest, task.type());
            part(digest, task.payload().bytes());
            part(digest, String.valueOf(task.headers().size()));
            for (var header : new TreeMap<>(task.headers()).entrySet()) {
                part(digest, header.getKey());
                part(digest, header.getValue());
            }
            OptionTexts.of(task.options().merge(periodic.options())).stream()
                    .sorted()
                    .forEach(option -> part(digest, option));
            var bytes = ByteBuffer.wrap(digest.digest());
            return new UUID(bytes.getLong(), bytes.getLong()).toString();
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every Java platform has SHA-256", never);
        }
    }

    private static void part(MessageDigest digest, String text) {
        part(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void part(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
