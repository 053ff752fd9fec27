package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Checkup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        var memory = Call.of("INFO").arg("memory").build();
        var trial = Call.of(Scripts.REFUSED_COMMANDS)
                .key(Keys.QUEUES)
                .key(Keys.never(Keys.QUEUES))
                .build();
        var replies = redis.run(List.of(memory, trial));
        var warnings = new ArrayList<String>();
        var refused = refused(replies.get(1));
        if (isRefused(replies.get(0))) {
            refused.add(0, "INFO");
        } else {
            eviction(Redis.usable(replies.get(0)).text()).ifPresent(warnings::add);
        }
        if (!refused.isEmpty()) {
            warnings.add("this Redis does not let us run " + String.join(", ", refused)
                    + " (renamed, or not allowed to this user), and what needs that will fail");
        }
        return warnings;
    }

    private static List<String> refused(Reply reply) {
        var refused = new ArrayList<String>();
        if (isRefused(reply)) {
            refused.add("EVAL");
            return refused;
        }
        var items = Redis.usable(reply).items();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            if (RedisError.isOfCommand(items.get(i + 1).text())) {
                refused.add(items.get(i).text());
            }
        }
        return refused;
    }

    private static boolean isRefused(Reply reply) {
        return reply instanceof Reply.Failed failed && failed.answered() && RedisError.isOfCommand(failed.message());
    }

    private static Optional<String> eviction(String memory) {
        var policy = memory.lines()
                .filter(line -> line.startsWith(EVICTION))
                .map(line -> line.substring(EVICTION.length()).strip())
                .findFirst()
                .orElse("unknown");
        return policy.equals("noeviction") ? Optional.empty() : Optional.of(warning(policy));
    }

    private static String warning(String policy) {
        var victims = policy.startsWith("volatile-") ? "unique locks and counters" : "tasks";
        return "Redis has maxmemory-policy " + policy + " and may drop " + victims
                + " when its memory is full; it should be noeviction";
    }
}
