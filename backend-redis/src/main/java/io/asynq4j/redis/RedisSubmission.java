package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Submission;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.TaskIdConflictException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores new tasks: one script call for up to some hundred of one queue, all calls in one flush. */
final class RedisSubmission implements Submission {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private static final int STORED = 1;
    private static final int ID_TAKEN = 0;
    private static final int LOCK_HELD = -1;

    private final RedisPort port;
    private final SubmitLookup lookup;

    RedisSubmission(RedisPort port) {
        this.port = port;
        this.lookup = new SubmitLookup(port);
    }

    @Override
    public CompletionStage<List<EnqueueOutcome>> submit(List<Placement> placements) {
        if (placements.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        var chunks = chunks(placements);
        var calls = new ArrayList<Call>(chunks.size() + 1);
        calls.add(register(chunks));
        chunks.forEach(chunk -> calls.add(chunk.call()));
        return port.run(calls)
                .thenCompose(replies -> lookup.confirm(placements, outcomes(placements, chunks, replies)));
    }

    /** Each queue's tasks in their order, cut into pieces that Redis works off in a moment. */
    private static List<SubmitChunk> chunks(List<Placement> placements) {
        Map<String, SubmitChunk> open = new LinkedHashMap<>();
        var chunks = new ArrayList<SubmitChunk>();
        for (int i = 0; i < placements.size(); i++) {
            var queue = placements.get(i).message().queue();
            var chunk = open.get(queue);
            if (chunk == null || chunk.isFull()) {
                chunk = new SubmitChunk(queue);
                open.put(queue, chunk);
                chunks.add(chunk);
            }
            chunk.add(i, placements.get(i));
        }
        return chunks;
    }

    /** Every time, since others may have removed the queue; it costs next to nothing. */
    private static Call register(List<SubmitChunk> chunks) {
        var call = Call.of("SADD").key(Keys.QUEUES);
        chunks.stream().map(SubmitChunk::queue).distinct().forEach(call::arg);
        return call.build();
    }

    private static List<EnqueueOutcome> outcomes(
            List<Placement> placements, List<SubmitChunk> chunks, List<Reply> replies) {
        if (replies.get(0) instanceof Reply.Failed failed && failed.answered()) {
            log.warn("queues could not be made known to inspectors: {}", failed.message());
        }
        var outcomes = new EnqueueOutcome[placements.size()];
        for (int c = 0; c < chunks.size(); c++) {
            var positions = chunks.get(c).positions();
            var reply = replies.get(c + 1);
            for (int n = 0; n < positions.size(); n++) {
                var placement = placements.get(positions.get(n));
                outcomes[positions.get(n)] = outcome(placement, reply, n);
            }
        }
        return Arrays.asList(outcomes);
    }

    private static EnqueueOutcome outcome(Placement placement, Reply reply, int n) {
        if (reply instanceof Reply.Failed failed) {
            return new EnqueueOutcome.Refused(Redis.unavailable(failed));
        }
        var message = placement.message();
        return switch ((int) reply.items().get(n).integer()) {
            case STORED -> new EnqueueOutcome.Accepted(placement.info());
            case ID_TAKEN -> new EnqueueOutcome.Refused(new TaskIdConflictException(message.queue(), message.id()));
            case LOCK_HELD ->
                new EnqueueOutcome.Refused(new DuplicateTaskException(message.queue(), message.id(), message.type()));
            default ->
                new EnqueueOutcome.Refused(new BrokerUnavailableException("Redis gave an unknown outcome", null));
        };
    }
}
