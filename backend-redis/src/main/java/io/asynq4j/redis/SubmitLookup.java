package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.redis.wire.WireException;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.EnqueueOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Looks for new tasks that Redis gave no answer about, and never sends them again. One that is there was stored; for one
 * that is not there nobody can say, since it may have been worked off already.
 */
final class SubmitLookup {
    private final RedisPort port;

    SubmitLookup(RedisPort port) {
        this.port = port;
    }

    /** {@code outcomes}, in which tasks of an unknown outcome that are found have become accepted. */
    CompletionStage<List<EnqueueOutcome>> confirm(List<Placement> placements, List<EnqueueOutcome> outcomes) {
        var calls = new ArrayList<Call>();
        var positions = new ArrayList<Integer>();
        for (int i = 0; i < outcomes.size(); i++) {
            if (isUnknown(outcomes.get(i))) {
                var message = placements.get(i).message();
                var task = Keys.task(message.queue(), message.id());
                calls.add(Call.of("HGET").key(task).arg("msg").build());
                positions.add(i);
            }
        }
        if (calls.isEmpty()) {
            return CompletableFuture.completedFuture(outcomes);
        }
        return port.run(calls).thenApply(replies -> {
            var confirmed = new ArrayList<>(outcomes);
            for (int n = 0; n < replies.size(); n++) {
                var placement = placements.get(positions.get(n));
                if (isSame(placement.message(), replies.get(n))) {
                    confirmed.set(positions.get(n), new EnqueueOutcome.Accepted(placement.info()));
                }
            }
            return confirmed;
        });
    }

    private static boolean isUnknown(EnqueueOutcome outcome) {
        return outcome instanceof EnqueueOutcome.Refused refused
                && refused.reason() instanceof BrokerUnavailableException;
    }

    /** Whether what is stored under the id is this task, however far it got since. */
    private static boolean isSame(TaskMessage sent, Reply stored) {
        if (!(stored instanceof Reply.Bytes bytes)) {
            return false;
        }
        try {
            var found = Wire.decode(bytes.value());
            return found.type().equals(sent.type())
                    && found.headers().equals(sent.headers())
                    && Arrays.equals(
                            found.payload().unsafeBytes(), sent.payload().unsafeBytes());
        } catch (WireException unreadable) {
            return false;
        }
    }
}
