package io.asynq4j.jedis;

import io.asynq4j.redis.port.Call;
import java.nio.charset.StandardCharsets;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Calls in Jedis' words. */
final class Commands {
    static final CommandArguments ASKING = new CommandArguments(new Name("ASKING"));

    private Commands() {}

    /** @param whole whether a script goes with its source, so that Redis knows it from then on */
    static CommandArguments of(Call call, boolean whole) {
        var words = new CommandArguments(new Name(whole ? "EVAL" : call.command()));
        var script = call.script();
        if (script != null) {
            words.add(bytes(whole ? script.source() : script.sha1()));
            words.add(call.keys().size());
        }
        call.keys().forEach(key -> words.add(bytes(key)));
        call.args().forEach(words::add);
        return words;
    }

    /** A plain command. */
    static CommandArguments of(String name, String... words) {
        var command = new CommandArguments(new Name(name));
        for (var word : words) {
            command.add(bytes(word));
        }
        return command;
    }

    /** Where the call's keys are. */
    static int slot(Call call) {
        return call.keys().isEmpty()
                ? Servers.ANY
                : JedisClusterCRC16.getSlot(bytes(call.keys().get(0)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Any command there is, not only those that Jedis has heard of. */
    private record Name(String text) implements ProtocolCommand {
        @Override
        public byte[] getRaw() {
            return bytes(text);
        }
    }
}
