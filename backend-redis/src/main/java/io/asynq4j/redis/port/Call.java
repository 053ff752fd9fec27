package io.asynq4j.redis.port;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing to ask of Redis: a script or a plain command. All keys of a call lie in one slot.
 *
 * @param script the script to run; null for a plain command
 * @param command the name of a plain command, such as {@code SADD}; {@code EVALSHA} for a script
 * @param keys what it touches; the first one tells which node to ask, none means any node
 * @param args what follows the keys; not to be changed any more
 */
public record Call(@Nullable Script script, String command, List<String> keys, List<byte[]> args) {
    /** Starts a call of {@code script}. */
    public static Builder of(Script script) {
        return new Builder(script, "EVALSHA");
    }

    /** Starts a plain command. */
    public static Builder of(String command) {
        return new Builder(null, command);
    }

    /** Tells the command and the number of arguments only, since those hold payloads. */
    @Override
    public String toString() {
        var what = script == null ? command : script.name();
        return what + keys + " with " + args.size() + " arguments";
    }

    /** A call being put together, by one thread. */
    public static final class Builder {
        private final @Nullable Script script;
        private final String command;
        private final List<String> keys = new ArrayList<>();
        private final List<byte[]> args = new ArrayList<>();

        private Builder(@Nullable Script script, String command) {
            this.script = script;
            this.command = command;
        }

        public Builder key(String key) {
            keys.add(key);
            return this;
        }

        public Builder arg(byte[] bytes) {
            args.add(bytes);
            return this;
        }

        public Builder arg(String text) {
            return arg(text.getBytes(StandardCharsets.UTF_8));
        }

        public Builder arg(long number) {
            return arg(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
        }

        public Call build() {
            return new Call(script, command, List.copyOf(keys), List.copyOf(args));
        }
    }
}
