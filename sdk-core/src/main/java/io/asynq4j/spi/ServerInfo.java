package io.asynq4j.spi;

import java.time.Instant;
import java.util.Map;

/**
 * A server as others see it.
 *
 * @param serverId a random UUID made with the server
 * @param concurrency how many tasks it works on at a time
 * @param queues its queues with their weights, as they were given
 * @param status {@code active}, {@code stopped} (fetches nothing) or {@code closed} (shutting down)
 */
public record ServerInfo(
        String host,
        int pid,
        String serverId,
        int concurrency,
        Map<String, Integer> queues,
        boolean strictPriority,
        String status,
        Instant startedAt,
        int activeWorkers) {
    /** Copies the queues. */
    public ServerInfo {
        queues = Map.copyOf(queues);
    }
}
