package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.task.QueueNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asking Redis without waiting for the answers. Stages fail with {@link io.asynq4j.task.BrokerUnavailableException} where there
 * was none, or Redis refused.
 */
final class Asking {
    private final RedisPort port;

    Asking(RedisPort port) {
        this.port = port;
    }

    CompletionStage<Reply> one(Call call) {
        return all(List.of(call)).thenApply(replies -> replies.get(0));
    }

    /** The replies to {@code calls}, in their order. */
    CompletionStage<List<Reply>> all(List<Call> calls) {
        if (calls.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return port.run(calls)
                .thenApply(replies -> replies.stream().map(Redis::usable).toList());
    }

    /** The reply to a call that changes nothing; fails with {@link QueueNotFoundException} where there is no such queue. */
    CompletionStage<Reply> of(String queue, Call reading) {
        return of(queue, List.of(reading)).thenApply(replies -> replies.get(0));
    }

    /** The same of several, in one flush. */
    CompletionStage<List<Reply>> of(String queue, List<Call> reading) {
        var calls = new ArrayList<Call>(reading.size() + 1);
        calls.add(isKnown(queue));
        calls.addAll(reading);
        return port.run(calls).thenApply(replies -> {
            check(queue, replies.get(0));
            return replies.stream().skip(1).map(Redis::usable).toList();
        });
    }

    /** Ends well when there is such a queue. What is to change something is asked for only then. */
    CompletionStage<Void> known(String queue) {
        return one(isKnown(queue)).thenAccept(reply -> check(queue, reply));
    }

    private static Call isKnown(String queue) {
        return Call.of("SISMEMBER").key(Keys.QUEUES).arg(queue).build();
    }

    private static void check(String queue, Reply known) {
        if (Redis.usable(known).integer() == 0) {
            throw new QueueNotFoundException(queue);
        }
    }
}
