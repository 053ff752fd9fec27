package io.asynq4j.redis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes how attempts ended: one script call for up to some hundred of one queue, all calls in one flush. */
final class RedisSettlement {
    private static final int WRITTEN = 1;

    private final Redis redis;

    RedisSettlement(Redis redis) {
        this.redis = redis;
    }

    /**
     * What became of {@code endings}, in their order.
     *
     * @param cutoff only attempts whose lease had expired by then, whoever holds them; null: only those held as told
     */
    List<Settled> settle(List<Ending> endings, @Nullable Instant cutoff, Instant now) {
        if (endings.isEmpty()) {
            return List.of();
        }
        var chunks = chunks(endings, cutoff, now);
        var calls = new ArrayList<Call>(chunks.size());
        chunks.forEach(chunk -> calls.add(chunk.call()));
        chunks.stream().map(SettleChunk::trim).forEach(trim -> trim.ifPresent(calls::add));
        var replies = redis.run(calls);
        var answers = new Settled[endings.size()];
        for (int c = 0; c < chunks.size(); c++) {
            read(chunks.get(c), replies.get(c), answers);
        }
        return Arrays.asList(answers);
    }

    private static List<SettleChunk> chunks(List<Ending> endings, @Nullable Instant cutoff, Instant now) {
        Map<String, SettleChunk> open = new LinkedHashMap<>();
        var chunks = new ArrayList<SettleChunk>();
        for (int i = 0; i < endings.size(); i++) {
            var queue = endings.get(i).lease().queue();
            var chunk = open.get(queue);
            if (chunk == null || chunk.isFull()) {
                chunk = new SettleChunk(queue, cutoff, now);
                open.put(queue, chunk);
                chunks.add(chunk);
            }
            chunk.add(i, endings.get(i));
        }
        return chunks;
    }

    private static void read(SettleChunk chunk, Reply reply, Settled[] answers) {
        var positions = chunk.positions();
        for (int n = 0; n < positions.size(); n++) {
            answers[positions.get(n)] = reply instanceof Reply.Failed
                    ? Settled.UNKNOWN
                    : reply.items().get(n).integer() == WRITTEN ? Settled.WRITTEN : Settled.NOT_HELD;
        }
    }
}
