package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Calls that were sent together, until each has its reply or is given up. The first word on a call is the last. */
final class Flush {
    private final AtomicReferenceArray<Reply> replies;
    private final AtomicInteger missing;
    private final Runnable heard;
    private final CompletableFuture<List<Reply>> ended = new CompletableFuture<>();

    /**
     * @param calls how many, at least one
     * @param heard run at each sign of life from Redis
     */
    Flush(int calls, Runnable heard) {
        this.heard = heard;
        replies = new AtomicReferenceArray<>(calls);
        missing = new AtomicInteger(calls);
    }

    /** All replies, in the order of the calls. Never fails. */
    CompletionStage<List<Reply>> ended() {
        return ended;
    }

    /** Redis has answered, even if it is too late. */
    void reply(int call, Reply reply) {
        heard.run();
        answer(call, reply);
    }

    /** There will be no reply that could still be waited for. */
    void giveUp(int call, Reply.Failed why) {
        answer(call, why);
    }

    /** Answers what has no answer yet. */
    void giveUp(Reply.Failed why) {
        for (int call = 0; call < replies.length(); call++) {
            answer(call, why);
        }
    }

    private void answer(int call, Reply reply) {
        if (replies.compareAndSet(call, null, reply) && missing.decrementAndGet() == 0) {
            ended.complete(all());
        }
    }

    private List<Reply> all() {
        var all = new ArrayList<Reply>(replies.length());
        for (int call = 0; call < replies.length(); call++) {
            all.add(replies.get(call));
        }
        return Collections.unmodifiableList(all);
    }
}
