package io.asynq4j.redis.port;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script that Redis runs as one atomic step.
 *
 * @param name its file's name, for messages
 * @param source its text
 * @param sha1 the hash that Redis knows it by, lower-case hex
 */
public record Script(String name, String source, String sha1) {
    /** A script with this text. */
    public static Script of(String name, String source) {
        return new Script(name, source, sha1(source));
    }

    /** The script in the resource {@code file} beside {@code owner}. */
    public static Script load(Class<?> owner, String file) {
        try (InputStream in = owner.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("script " + file + " is missing beside " + owner.getName());
            }
            return of(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Tells the name only. */
    @Override
    public String toString() {
        return "Script[" + name + "]";
    }

    private static String sha1(String source) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every Java platform has SHA-1", never);
        }
    }
}
