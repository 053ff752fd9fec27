package io.asynq4j.redis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Await;
import io.asynq4j.task.BrokerUnavailableException;
import java.util.List;

/** Asking Redis and waiting for the answers, on threads of the engine. */
final class Redis {
    private final RedisPort port;

    Redis(RedisPort port) {
        this.port = port;
    }

    /** The replies to {@code calls}, in their order; some can be failures. */
    List<Reply> run(List<Call> calls) {
        return Await.answer(port.run(calls));
    }

    /** The reply to {@code call}, which can be a failure; nothing is thrown. */
    Reply reply(Call call) {
        try {
            return run(List.of(call)).get(0);
        } catch (BrokerUnavailableException interrupted) {
            return new Reply.Failed(String.valueOf(interrupted.getMessage()), false, interrupted);
        }
    }

    /**
     * The reply to {@code call}.
     *
     * @throws BrokerUnavailableException when there was none, or Redis refused
     */
    Reply run(Call call) {
        return usable(run(List.of(call)).get(0));
    }

    /**
     * {@code reply}, which is then no failure.
     *
     * @throws BrokerUnavailableException when it is
     */
    static Reply usable(Reply reply) {
        if (reply instanceof Reply.Failed failed) {
            throw unavailable(failed);
        }
        return reply;
    }

    /** What callers are told of a failure. */
    static BrokerUnavailableException unavailable(Reply.Failed failed) {
        var what = failed.answered() ? "Redis refused: " : "no answer from Redis: ";
        return new BrokerUnavailableException(what + RedisError.explained(failed.message()), failed.cause());
    }
}
