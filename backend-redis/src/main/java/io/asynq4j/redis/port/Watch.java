package io.asynq4j.redis.port;

import io.asynq4j.time.Handle;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reading keys so that Redis tells when they are written. Safe for use by many threads. */
public interface Watch extends Handle {
    /**
     * Runs calls that only read, like {@link RedisPort#run}, and from then on watches the keys of those that Redis has answered:
     * each until it is written for the first time, whoever writes it, this program too. Reading and watching are one step.
     *
     * <p>While that is not possible, since there is no connection or the server does not let us, the replies are {@link
     * Reply.Failed} at once.
     */
    CompletionStage<List<Reply>> read(List<Call> calls);

    /** Watches nothing. */
    Watch NONE = new Watch() {
        @Override
        public CompletionStage<List<Reply>> read(List<Call> calls) {
            var none = new Reply.Failed("not watching", false, null);
            return CompletableFuture.completedFuture(Collections.nCopies(calls.size(), none));
        }

        @Override
        public void close() {}
    };
}
