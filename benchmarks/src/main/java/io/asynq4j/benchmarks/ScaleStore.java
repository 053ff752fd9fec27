package io.asynq4j.benchmarks;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.testing.redis.RedisClusterForTests;
import io.asynq4j.testing.redis.RedisForTests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A Redis of one's own, or three, and what they hold and have computed. Whoever starts one closes it. */
final class ScaleStore implements AutoCloseable {
    private static final String UNDONE = """
            local n = 0
            for i = 2, #ARGV, 3 do
                n = n + redis.call('LLEN', ARGV[i]) + redis.call('LLEN', ARGV[i + 1])
                    + redis.call('ZCOUNT', ARGV[i + 2], 0, ARGV[1])
            end
            return n""";

    /** Tasks that are due later than this are there to wait, not to be done. */
    private static final int SOON_SECONDS = 600;

    private final String uri;
    private final Map<RedisForTests, List<String>> keys;
    private final Runnable end;

    private ScaleStore(String uri, Map<RedisForTests, List<String>> keys, Runnable end) {
        this.uri = uri;
        this.keys = keys;
        this.end = end;
    }

    static ScaleStore start(List<String> queues, boolean cluster) {
        return cluster ? on(RedisForTests.cluster(0), queues) : on(RedisForTests.start(), queues);
    }

    private static ScaleStore on(RedisForTests redis, List<String> queues) {
        return new ScaleStore(redis.uri(), Map.of(redis, keys(queues)), redis::close);
    }

    private static ScaleStore on(RedisClusterForTests cluster, List<String> queues) {
        var homes = queues.stream().collect(Collectors.groupingBy(queue -> cluster.primaryOf(Keys.pending(queue))));
        var keys =
                homes.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, home -> keys(home.getValue())));
        return new ScaleStore(cluster.uri(), keys, cluster::close);
    }

    private static List<String> keys(List<String> queues) {
        var keys = new ArrayList<String>();
        for (var queue : queues) {
            keys.add(Keys.pending(queue));
            keys.add(Keys.active(queue));
            keys.add(Keys.scheduled(queue));
        }
        return keys;
    }

    String uri() {
        return uri;
    }

    /** Tasks that are pending or active, or soon will be. */
    long undone() {
        long undone = 0;
        var soon = Long.toString(Instant.now().getEpochSecond() + SOON_SECONDS);
        for (var node : keys.entrySet()) {
            var words = new ArrayList<>(List.of("EVAL", UNDONE, "0", soon));
            words.addAll(node.getValue());
            undone += (Long) Objects.requireNonNull(node.getKey().ask(words.toArray(String[]::new)));
        }
        return undone;
    }

    /** What all nodes together have computed since they started. */
    double cpuSeconds() {
        double seconds = 0;
        for (var node : keys.keySet()) {
            var info = Objects.requireNonNull(node.ask("INFO", "cpu")).toString();
            for (var line : info.split("\r?\n")) {
                if (line.startsWith("used_cpu_user:") || line.startsWith("used_cpu_sys:")) {
                    seconds += Double.parseDouble(line.substring(line.indexOf(':') + 1));
                }
            }
        }
        return seconds;
    }

    @Override
    public void close() {
        end.run();
    }
}
