package io.asynq4j.testing.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A slot on its way from one server of a cluster to another. Keys that have moved are asked for at the new server (ASK), and
 * after {@link #finish} the whole slot is (MOVED).
 */
public final class SlotMove {
    private static final int KEYS_IN_A_CALL = 100;
    private static final String PATIENCE_MILLIS = "5000";

    private final RedisClusterForTests cluster;
    private final int slot;
    private final RedisForTests from;
    private final RedisForTests to;

    SlotMove(RedisClusterForTests cluster, int slot, RedisForTests from, RedisForTests to) {
        this.cluster = cluster;
        this.slot = slot;
        this.from = from;
        this.to = to;
    }

    /** Moves the keys that are in the slot now; answers how many there were. */
    public int moveKeys() {
        int moved = 0;
        for (var keys = keys(); !keys.isEmpty(); keys = keys()) {
            var words = new ArrayList<>(List.of("MIGRATE", to.host(), Integer.toString(to.port()), "", "0"));
            words.add(PATIENCE_MILLIS);
            from.login().ifPresent(password -> words.addAll(List.of("AUTH", password)));
            words.add("KEYS");
            words.addAll(keys);
            from.ask(words.toArray(String[]::new));
            moved += keys.size();
        }
        return moved;
    }

    /** Moves what is left, makes {@code to} the one server of the slot, and waits until all know. */
    public void finish() {
        moveKeys();
        var id = ClusterNode.self(to).id();
        to.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
        from.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
        cluster.awaitHealthy();
    }

    private List<String> keys() {
        var keys = (List<?>) Objects.requireNonNull(
                from.ask("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), Integer.toString(KEYS_IN_A_CALL)));
        return keys.stream().map(String::valueOf).toList();
    }
}
