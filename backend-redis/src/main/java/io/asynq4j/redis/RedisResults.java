package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Results;
import io.asynq4j.task.Payload;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Keeps results in the task's hash. */
final class RedisResults implements Results {
    private static final int WRITTEN = 1;

    private final RedisPort port;

    RedisResults(RedisPort port) {
        this.port = port;
    }

    @Override
    public CompletionStage<Boolean> writeResult(Lease lease, Payload result) {
        var call = Call.of(Scripts.WRITE_RESULT)
                .key(Keys.task(lease.queue(), lease.id()))
                .arg(lease.attempt())
                .arg(result.unsafeBytes())
                .build();
        return port.run(List.of(call))
                .thenApply(replies -> Redis.usable(replies.get(0)).integer() == WRITTEN);
    }
}
