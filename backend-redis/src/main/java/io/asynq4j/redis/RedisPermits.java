package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.spi.Permits;
import io.asynq4j.spi.Seconds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Permits in a sorted set, the same as that of Go's x/rate. */
final class RedisPermits implements Permits {
    /** So that a scope that nobody uses any more leaves nothing behind, and one that Go uses too loses nothing. */
    private static final Duration KEPT = Duration.ofDays(7);

    private final RedisPort port;

    RedisPermits(RedisPort port) {
        this.port = port;
    }

    @Override
    public CompletionStage<Boolean> acquirePermit(
            String scope, String holder, int permits, Instant expiresAt, Instant now) {
        return isOne(Call.of(Scripts.ACQUIRE_PERMIT)
                .key(Keys.semaphore(scope))
                .arg(holder)
                .arg(permits)
                .arg(Seconds.up(expiresAt))
                .arg(now.getEpochSecond())
                .arg(KEPT.toSeconds())
                .build());
    }

    @Override
    public CompletionStage<Boolean> releasePermit(String scope, String holder, Instant expiresAt) {
        return isOne(Call.of(Scripts.RELEASE_PERMIT)
                .key(Keys.semaphore(scope))
                .arg(holder)
                .arg(Seconds.up(expiresAt))
                .build());
    }

    private CompletionStage<Boolean> isOne(Call call) {
        return port.run(List.of(call))
                .thenApply(replies -> Redis.usable(replies.get(0)).integer() == 1);
    }
}
