package io.asynq4j.testing.redis;

import io.asynq4j.time.SystemTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Waiting for servers to come to terms with each other. */
final class Patience {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Patience() {}

    /** Something that servers may be asked, and cannot answer yet. */
    interface Question {
        boolean holds() throws IOException;
    }

    /**
     * Waits until {@code question} holds; a server that does not answer or refuses is asked again.
     *
     * @throws RedisNotAvailableException when it does not within half a minute
     */
    static void until(String what, Question question) {
        try (var time = SystemTime.open()) {
            long start = time.nanoTime();
            String last = "no";
            while (time.nanoTime() - start < LIMIT.toNanos()) {
                try {
                    if (question.holds()) {
                        return;
                    }
                    last = "no";
                } catch (IOException | IllegalStateException notYet) {
                    last = String.valueOf(notYet.getMessage());
                }
                var looked = new CompletableFuture<Void>();
                time.after(LOOK, () -> looked.complete(null));
                time.await(looked);
            }
            throw new RedisNotAvailableException(
                    "waited " + LIMIT.toSeconds() + " s in vain for " + what + "; last: " + last);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RedisNotAvailableException("interrupted while waiting for " + what);
        }
    }
}
