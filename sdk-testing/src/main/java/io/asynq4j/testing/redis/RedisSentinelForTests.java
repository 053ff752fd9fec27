package io.asynq4j.testing.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A primary and its replica on this machine, and three sentinels that let one take the other's place when it fails, after half
 * a second.
 *
 * <p>Safe for use by many threads. Whoever starts one closes it; it ends with the JVM at the latest.
 */
public final class RedisSentinelForTests implements AutoCloseable {
    private static final String MASTER = "main";
    private static final int SENTINELS = 3;

    private final List<RedisForTests> nodes;
    private final List<RedisForTests> sentinels;

    private RedisSentinelForTests(List<RedisForTests> nodes, List<RedisForTests> sentinels) {
        this.nodes = nodes;
        this.sentinels = sentinels;
    }

    static RedisSentinelForTests start(List<String> settings, List<String> sentinelSettings) {
        var started = new ArrayList<RedisForTests>();
        try {
            var diskless = List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0");
            var common = asReplica(diskless, settings);
            var primary = RedisForTests.start(new Launch(Launch.Kind.SERVER, common));
            started.add(primary);
            var replica = new ArrayList<>(common);
            replica.addAll(List.of("--replicaof", primary.host(), Integer.toString(primary.port())));
            started.add(RedisForTests.start(new Launch(Launch.Kind.SERVER, replica)));
            var nodes = List.copyOf(started);
            Patience.until("a replica", () -> info(primary, "replication").contains("state=online"));
            var watch = watch(primary, sentinelSettings);
            for (int n = 0; n < SENTINELS; n++) {
                started.add(RedisForTests.start(new Launch(Launch.Kind.SENTINEL, watch)));
            }
            var whole = new RedisSentinelForTests(nodes, List.copyOf(started.subList(nodes.size(), started.size())));
            whole.awaitHealthy();
            return whole;
        } catch (RuntimeException failed) {
            started.forEach(RedisForTests::close);
            throw failed;
        }
    }

    /** Both servers: the one that was the primary at the start, then the other. */
    public List<RedisForTests> nodes() {
        return nodes;
    }

    public List<RedisForTests> sentinels() {
        return sentinels;
    }

    /** The name that the sentinels know the primary by. */
    public String master() {
        return MASTER;
    }

    /**
     * {@code redis-sentinel://host:port,host:port,host:port?master=name}, or {@code rediss-sentinel} where the settings have a
     * certificate.
     */
    public String uri() {
        var scheme = sentinels.get(0).uri().startsWith("rediss:") ? "rediss-sentinel://" : "redis-sentinel://";
        return sentinels.stream()
                .map(sentinel -> sentinel.host() + ":" + sentinel.port())
                .collect(Collectors.joining(",", scheme, "?master=" + MASTER));
    }

    /**
     * The server that the sentinels call the primary now, running or not.
     *
     * @throws IllegalStateException when no sentinel runs
     */
    public RedisForTests primary() {
        var address = (List<?>)
                Objects.requireNonNull(runningSentinels().get(0).ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER));
        return nodes.stream()
                .filter(node -> Integer.toString(node.port()).equals(address.get(1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no server of ours: " + address));
    }

    /** The server that is not the primary. */
    public RedisForTests replica() {
        return nodes.get(primary().equals(nodes.get(0)) ? 1 : 0);
    }

    /**
     * Lets the replica take the primary's place, as the sentinels do it when they are told to, and waits for that.
     *
     * @return the new primary
     */
    public RedisForTests failover() {
        var old = primary();
        Patience.until(
                "sentinels to agree",
                () -> "OK".equals(runningSentinels().get(0).ask("SENTINEL", "FAILOVER", MASTER)));
        awaitFailover(old);
        return primary();
    }

    /** Waits until every sentinel says that {@code old} is not the primary any more, and the new one knows that it is. */
    public void awaitFailover(RedisForTests old) {
        Patience.until(
                "a failover",
                () -> runningSentinels().stream().noneMatch(sentinel -> names(sentinel, old))
                        && info(primary(), "replication").contains("role:master"));
    }

    /** Waits until the replica keeps up, and the sentinels know it and each other, so that a failover would work. */
    public void awaitHealthy() {
        Patience.until("primary, replica and sentinels to be well", () -> {
            var primary = primary();
            return info(primary, "replication").contains("role:master")
                    && info(primary, "replication").contains("state=online")
                    && runningSentinels().stream()
                            .allMatch(sentinel -> info(sentinel, "sentinel")
                                    .contains("status=ok,address=" + primary.host() + ":" + primary.port()
                                            + ",slaves=1,sentinels=" + SENTINELS));
        });
    }

    @Override
    public void close() {
        sentinels.forEach(RedisForTests::close);
        nodes.forEach(RedisForTests::close);
    }

    @Override
    public String toString() {
        return "RedisSentinelForTests[" + uri() + "]";
    }

    /** {@code settings} after {@code before}, so that they win, and a password that servers log in to each other with. */
    static List<String> asReplica(List<String> before, List<String> settings) {
        var all = new ArrayList<>(before);
        var password = new Launch(Launch.Kind.SERVER, settings).password();
        if (password != null) {
            all.addAll(List.of("--masterauth", password));
        }
        all.addAll(settings);
        return all;
    }

    private static List<String> watch(RedisForTests primary, List<String> settings) {
        var watch = new ArrayList<>(settings);
        watch.addAll(Arrays.asList(
                "--sentinel",
                "monitor",
                MASTER,
                primary.host(),
                Integer.toString(primary.port()),
                "2",
                "--sentinel",
                "down-after-milliseconds",
                MASTER,
                "500",
                "--sentinel",
                "failover-timeout",
                MASTER,
                "1000"));
        primary.login().ifPresent(password -> watch.addAll(List.of("--sentinel", "auth-pass", MASTER, password)));
        return watch;
    }

    private List<RedisForTests> runningSentinels() {
        var running = sentinels.stream().filter(RedisForTests::isRunning).toList();
        if (running.isEmpty()) {
            throw new IllegalStateException("no sentinel runs");
        }
        return running;
    }

    private static boolean names(RedisForTests sentinel, RedisForTests node) {
        return info(sentinel, "sentinel").contains("address=" + node.host() + ":" + node.port() + ",");
    }

    private static String info(RedisForTests server, String section) {
        return String.valueOf(server.ask("INFO", section));
    }
}
