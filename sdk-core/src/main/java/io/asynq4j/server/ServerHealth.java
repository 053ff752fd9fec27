package io.asynq4j.server;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How a server fares, for probes and people.
 *
 * @param live whether its loops turn; a server that is not live should be restarted
 * @param ready whether it is fetching, and the broker answers; a server that is not ready takes no new tasks at the moment
 * @param problems what is wrong, in words; empty when it is live and ready
 * @param lastSuccess when each of its parts last did its work, by the part's name; a part that has not yet is missing
 */
public record ServerHealth(boolean live, boolean ready, List<String> problems, Map<String, Instant> lastSuccess) {
    /** Copies. */
    public ServerHealth {
        problems = List.copyOf(problems);
        lastSuccess = Map.copyOf(lastSuccess);
    }
}
