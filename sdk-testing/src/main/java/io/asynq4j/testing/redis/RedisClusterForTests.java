package io.asynq4j.testing.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Redis cluster of one's own on this machine: three primaries, each with its replicas. Its servers can be stopped, frozen
 * and started again one by one, and slots can be moved.
 *
 * <p>Safe for use by many threads. Whoever starts one closes it; it ends with the JVM at the latest.
 */
public final class RedisClusterForTests implements AutoCloseable {
    private static final int PRIMARIES = 3;
    private static final int SLOTS = 16_384;
    private static final int SLOTS_IN_A_CALL = 1_000;

    private final List<RedisForTests> nodes;

    private RedisClusterForTests(List<RedisForTests> nodes) {
        this.nodes = nodes;
    }

    static RedisClusterForTests start(int replicas, List<String> settings) {
        var all = new ArrayList<>(List.of("--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0"));
        all.addAll(List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"));
        var launch = new Launch(Launch.Kind.CLUSTER_NODE, RedisSentinelForTests.asReplica(all, settings));
        var nodes = new ArrayList<RedisForTests>();
        try {
            for (int n = 0; n < PRIMARIES * (1 + replicas); n++) {
                nodes.add(RedisForTests.start(launch));
            }
            var cluster = new RedisClusterForTests(List.copyOf(nodes));
            cluster.join();
            return cluster;
        } catch (RuntimeException failed) {
            nodes.forEach(RedisForTests::close);
            throw failed;
        }
    }

    /** All servers: first those that were primaries at the start, then their replicas. */
    public List<RedisForTests> nodes() {
        return nodes;
    }

    /** {@code redis-cluster://host:port,host:port,...}, or {@code rediss-cluster} where the settings have a certificate. */
    public String uri() {
        var scheme = nodes.get(0).uri().startsWith("rediss:") ? "rediss-cluster://" : "redis-cluster://";
        return nodes.stream()
                .limit(PRIMARIES)
                .map(node -> node.host() + ":" + node.port())
                .collect(Collectors.joining(",", scheme, ""));
    }

    /** The slot that {@code key} lies in. */
    public int slotOf(String key) {
        return ((Long) Objects.requireNonNull(anyRunning().ask("CLUSTER", "KEYSLOT", key))).intValue();
    }

    /**
     * The server that serves {@code slot} now.
     *
     * @throws IllegalStateException when none says that it does
     */
    public RedisForTests primaryOf(int slot) {
        RedisForTests primary = null;
        long epoch = -1;
        for (var node : running()) {
            var self = ClusterNode.self(node);
            if (self.isPrimary() && self.serves(slot) && self.epoch() > epoch) {
                primary = node; // one that was frozen may still believe in itself, but not as young
                epoch = self.epoch();
            }
        }
        if (primary == null) {
            throw new IllegalStateException("slot " + slot + " is served by nobody");
        }
        return primary;
    }

    /** The server that has {@code key} now. */
    public RedisForTests primaryOf(String key) {
        return primaryOf(slotOf(key));
    }

    /** The running replicas of {@code primary}. */
    public List<RedisForTests> replicasOf(RedisForTests primary) {
        var id = ClusterNode.self(primary).id();
        return running().stream()
                .filter(node -> ClusterNode.self(node).primary().equals(id))
                .toList();
    }

    /** Runs a command on every running server, replicas too. */
    public void everywhere(String... words) {
        running().forEach(node -> node.ask(words));
    }

    /** Deletes all keys. */
    public void flush() {
        running().stream().filter(node -> ClusterNode.self(node).isPrimary()).forEach(node -> node.ask("FLUSHALL"));
    }

    /**
     * Lets a replica of {@code primary} take its place, orderly, so that nothing is lost, and waits for that.
     *
     * @return the new primary
     * @throws IllegalStateException when it has no replica
     */
    public RedisForTests failover(RedisForTests primary) {
        var replica = replicasOf(primary).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(primary + " has no replica"));
        replica.ask("CLUSTER", "FAILOVER");
        Patience.until(
                "a failover to " + replica, () -> ClusterNode.self(replica).isPrimary());
        awaitHealthy();
        return replica;
    }

    /** Waits until the running servers agree that every slot is served, and replicas keep up. */
    public void awaitHealthy() {
        Patience.until("the cluster to be well", () -> running().stream().allMatch(this::agrees));
    }

    /** Starts to move {@code slot} to the server {@code to}; nothing has moved when this returns. */
    public SlotMove move(int slot, RedisForTests to) {
        var from = primaryOf(slot);
        to.ask(
                "CLUSTER",
                "SETSLOT",
                Integer.toString(slot),
                "IMPORTING",
                ClusterNode.self(from).id());
        from.ask(
                "CLUSTER",
                "SETSLOT",
                Integer.toString(slot),
                "MIGRATING",
                ClusterNode.self(to).id());
        return new SlotMove(this, slot, from, to);
    }

    @Override
    public void close() {
        nodes.forEach(RedisForTests::close);
    }

    @Override
    public String toString() {
        return "RedisClusterForTests[" + uri() + "]";
    }

    List<RedisForTests> running() {
        return nodes.stream().filter(RedisForTests::isRunning).toList();
    }

    private RedisForTests anyRunning() {
        return running().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no server of the cluster runs"));
    }

    private void join() {
        for (int n = 0; n < nodes.size(); n++) {
            var node = nodes.get(n);
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(n + 1));
            if (n < PRIMARIES) {
                assign(node, n * SLOTS / PRIMARIES, (n + 1) * SLOTS / PRIMARIES);
            }
            if (n > 0) {
                nodes.get(0).ask("CLUSTER", "MEET", node.host(), Integer.toString(node.port()));
            }
        }
        Patience.until("the servers to know each other", () -> nodes.stream().allMatch(this::knowsAll));
        for (int n = PRIMARIES; n < nodes.size(); n++) {
            nodes.get(n)
                    .ask(
                            "CLUSTER",
                            "REPLICATE",
                            ClusterNode.self(nodes.get(n % PRIMARIES)).id());
        }
        awaitHealthy();
    }

    private static void assign(RedisForTests node, int from, int to) {
        for (int first = from; first < to; first += SLOTS_IN_A_CALL) {
            var words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(first, Math.min(to, first + SLOTS_IN_A_CALL))
                    .mapToObj(Integer::toString)
                    .forEach(words::add);
            node.ask(words.toArray(String[]::new));
        }
    }

    private boolean knowsAll(RedisForTests node) {
        var known = new HashSet<Integer>();
        ClusterNode.known(node).stream().filter(ClusterNode::isWell).forEach(other -> known.add(other.port()));
        return running().stream().allMatch(other -> known.contains(other.port()));
    }

    private boolean agrees(RedisForTests node) {
        var info = String.valueOf(node.ask("CLUSTER", "INFO"));
        var replication = String.valueOf(node.ask("INFO", "replication"));
        return info.contains("cluster_state:ok")
                && info.contains("cluster_slots_ok:" + SLOTS)
                && knowsAll(node)
                && !replication.contains("master_link_status:down")
                && owners(node).equals(owners(anyRunning()));
    }

    /** Who serves what, by the word of {@code node}. */
    private static List<String> owners(RedisForTests node) {
        return ClusterNode.known(node).stream()
                .filter(other -> other.isPrimary() && !other.slots().isEmpty())
                .sorted(Comparator.comparing(ClusterNode::id))
                .map(other -> other.id() + other.slots())
                .toList();
    }
}
