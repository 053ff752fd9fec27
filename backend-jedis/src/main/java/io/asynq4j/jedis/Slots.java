package io.asynq4j.jedis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisClusterOperationException;

/** Which server of a cluster has which slot, as one of them has told. */
final class Slots {
    static final int COUNT = 16_384;

    private final @Nullable HostAndPort[] servers = new HostAndPort[COUNT];

    private Slots() {}

    /** Asks the server at {@code address} over {@code connection}. */
    static Slots ask(Connection connection, HostAndPort address) {
        connection.sendCommand(Commands.of("CLUSTER", "SLOTS"));
        var slots = new Slots();
        for (var range : items(connection.getOne())) {
            var parts = items(range);
            int first = number(parts.get(0));
            int last = number(parts.get(1));
            var primary = items(parts.get(2));
            var name = text(primary.get(0));
            // A server that does not know its own address leaves it out: it is the one that we have found it by.
            var host = name.isEmpty() || name.equals("?") ? address.getHost() : name;
            Arrays.fill(slots.servers, first, last + 1, new HostAndPort(host, number(primary.get(1))));
        }
        if (slots.all().isEmpty()) { // as after a reset: others know better
            throw new JedisClusterOperationException(address + " knows no server of the cluster that has slots");
        }
        return slots;
    }

    /** The primary that has {@code slot}, if one has. */
    @Nullable
    HostAndPort server(int slot) {
        return servers[slot];
    }

    /** All primaries. */
    Set<HostAndPort> all() {
        var all = new LinkedHashSet<HostAndPort>();
        Arrays.stream(servers).filter(Objects::nonNull).forEach(all::add);
        return all;
    }

    private static List<?> items(@Nullable Object reply) {
        return reply instanceof List<?> items ? items : List.of();
    }

    private static int number(@Nullable Object reply) {
        return ((Long) Objects.requireNonNull(reply)).intValue();
    }

    private static String text(@Nullable Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
    }
}
