package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Signals;
import io.asynq4j.time.Handle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Cancels by a mark in the task's hash and by two messages: asynq's, which holds the id only, and one of ours before it, which
 * holds the queue too.
 */
final class RedisSignals implements Signals {
    private static final int ACTIVE = 1;

    private final RedisPort port;
    private final Redis redis;

    RedisSignals(RedisPort port, Redis redis) {
        this.port = port;
        this.redis = redis;
    }

    @Override
    public CompletionStage<Boolean> cancel(String queue, String id) {
        var call = Call.of(Scripts.CANCEL)
                .key(Keys.task(queue, id))
                .arg(Keys.CANCEL_TASK)
                .arg(CancelMessages.exact(queue, id))
                .arg(Keys.CANCEL)
                .arg(id)
                .build();
        return port.run(List.of(call))
                .thenApply(replies -> Redis.usable(replies.get(0)).integer() == ACTIVE);
    }

    @Override
    public List<Lease> cancelled(List<Lease> leases) {
        var byQueue = QueueLeases.of(leases);
        var replies = redis.run(
                byQueue.stream().map(held -> cancelledOf(held.leases())).toList());
        var cancelled = new ArrayList<Lease>();
        int i = 0;
        for (var held : byQueue) {
            cancelled.addAll(held.at(Redis.usable(replies.get(i++))));
        }
        return cancelled;
    }

    @Override
    public Handle onCancel(Consumer<Cancellation> listener) {
        var messages = new CancelMessages(listener);
        var exact = port.subscribe(Keys.CANCEL_TASK, messages::hearExact); // first, or the other would be misunderstood
        var broad = port.subscribe(Keys.CANCEL, messages::hear);
        return () -> {
            broad.close();
            exact.close();
        };
    }

    private static Call cancelledOf(List<Lease> leases) {
        var call = Call.of(Scripts.CANCELLED);
        leases.forEach(lease -> call.key(Keys.task(lease.queue(), lease.id())).arg(lease.attempt()));
        return call.build();
    }
}
