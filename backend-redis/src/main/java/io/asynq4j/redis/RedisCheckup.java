package io.asynq4j.redis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.spi.Checkup;
import java.time.Instant;
import java.util.List;

/** Asks Redis about itself. */
final class RedisCheckup implements Checkup {
    private static final String EVICTION = "maxmemory_policy:";

    private final Redis redis;

    RedisCheckup(Redis redis) {
        this.redis = redis;
    }

    @Override
    public Instant clock() {
        var time = redis.run(Call.of("TIME").build()).items();
        long seconds = Long.parseLong(time.get(0).text());
        long micros = Long.parseLong(time.get(1).text());
        return Instant.ofEpochSecond(seconds, micros * 1_000);
    }

    @Override
    public List<String> warnings() {
        var policy = redis.run(Call.of("INFO").arg("memory").build())
                .text()
                .lines()
                .filter(line -> line.startsWith(EVICTION))
                .map(line -> line.substring(EVICTION.length()).strip())
                .findFirst()
                .orElse("unknown");
        return policy.equals("noeviction") ? List.of() : List.of(warning(policy));
    }

    private static String warning(String policy) {
        var victims = policy.startsWith("volatile-") ? "unique locks and counters" : "tasks";
        return "Redis has maxmemory-policy " + policy + " and may drop " + victims
                + " when its memory is full; it should be noeviction";
    }
}
