package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisException;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Topology.Host;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which server of a cluster has which slot, as one of them has told. Not changed. */
final class Slots {
    /** What to ask. */
    static final Call QUESTION = Call.of("CLUSTER").arg("SLOTS").build();

    private final @Nullable Host[] servers = new Host[SlotHash.SLOT_COUNT];
    private final Set<Host> all = new LinkedHashSet<>();

    private Slots() {}

    /** As long as nothing is known. */
    static Slots unknown() {
        return new Slots();
    }

    /**
     * Reads the answer.
     *
     * @param asked who gave it: a server that does not know its own address leaves it out
     * @throws io.asynq4j.redis.port.RedisException when it is none
     */
    static Slots of(Reply answer, Host asked) {
        var slots = new Slots();
        for (var range : answer.items()) {
            var parts = range.items();
            var primary = parts.get(2).items();
            var name = primary.get(0).isNil() ? "" : primary.get(0).text();
            var host = name.isEmpty() || name.equals("?") ? asked.name() : name;
            var server = new Host(host, (int) primary.get(1).integer());
            int first = (int) parts.get(0).integer();
            int last = (int) parts.get(1).integer();
            Arrays.fill(slots.servers, first, last + 1, server);
            slots.all.add(server);
        }
        if (slots.all.isEmpty()) { // as after a reset: others know better
            throw new RedisException(asked.name() + " knows no server of the cluster that has slots", null);
        }
        return slots;
    }

    /** The slot that the keys of {@code call} are in; -1 when it has none. */
    static int slot(Call call) {
        return call.keys().isEmpty() ? -1 : SlotHash.getSlot(call.keys().get(0).getBytes(StandardCharsets.UTF_8));
    }

    /** The primary that has {@code slot}, if one has. */
    @Nullable
    Host server(int slot) {
        return servers[slot];
    }

    /** All primaries that have slots. */
    Set<Host> all() {
        return all;
    }

    /** Whether every slot is served, as far as is known. */
    boolean isWhole() {
        return Arrays.stream(servers).allMatch(Objects::nonNull);
    }
}
