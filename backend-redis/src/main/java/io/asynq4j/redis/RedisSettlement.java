package io.asynq4j.redis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes how attempts ended: one script call for up to some hundred of one queue, all calls in one flush. */
final class RedisSettlement {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);
    private static final int WRITTEN = 1;

    private final Redis redis;
    private final Trouble trouble = new Trouble(log);

    RedisSettlement(Redis redis) {
        this.redis = redis;
    }

    /**
     * What became of {@code endings}, in their order.
     *
     * @param cutoff only attempts whose lease had expired by then; null: whenever it expires
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
        var troubles = new TreeSet<String>();
        for (int c = 0; c < chunks.size(); c++) {
            read(chunks.get(c), replies.get(c), answers, troubles);
        }
        trouble.report("outcomes of tasks cannot be written", troubles, now);
        for (int c = chunks.size(); c < calls.size(); c++) {
            trimOn(calls.get(c), replies.get(c));
        }
        return Arrays.asList(answers);
    }

    /** Where there was more to trim than one call may. What fails here is done again when the next task is archived. */
    private void trimOn(Call trim, Reply first) {
        var reply = first;
        while (reply instanceof Reply.Int deleted && deleted.value() == SettleChunk.MOST_TRIMMED) {
            reply = redis.reply(trim);
        }
        if (reply instanceof Reply.Failed failed) {
            log.debug("archive not trimmed: {}", failed.message());
        }
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

    private static void read(SettleChunk chunk, Reply reply, Settled[] answers, Collection<String> troubles) {
        var positions = chunk.positions();
        for (int n = 0; n < positions.size(); n++) {
            var answer = reply instanceof Reply.Many all ? all.values().get(n) : reply;
            if (answer instanceof Reply.Int number) {
                answers[positions.get(n)] = number.value() == WRITTEN ? Settled.WRITTEN : Settled.NOT_HELD;
            } else {
                var error = error(answer);
                answers[positions.get(n)] = RedisError.isOfOneQueue(error) ? Settled.BLOCKED : Settled.UNKNOWN;
                if (!error.isEmpty() && !RedisError.isOfStart(error)) {
                    troubles.add("queue " + chunk.queue() + ": " + RedisError.explained(error));
                }
            }
        }
    }

    /** What Redis had against writing an outcome; empty when there was no answer. */
    private static String error(Reply answer) {
        if (answer instanceof Reply.Failed failed) {
            return failed.answered() ? failed.message() : "";
        }
        return answer.text();
    }
}
