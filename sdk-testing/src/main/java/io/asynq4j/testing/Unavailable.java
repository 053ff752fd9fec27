package io.asynq4j.testing;

import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.Settlement;
import io.asynq4j.spi.Submission;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.time.Handle;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** How each call of a broker ends when no answer comes. */
final class Unavailable {
    private Unavailable() {}

    /** False for what needs no answer: settings, closing, and being told of things. */
    static boolean canBe(Method method) {
        return switch (method.getName()) {
            case "blocking", "close", "warnings" -> false;
            default -> !Handle.class.isAssignableFrom(method.getReturnType());
        };
    }

    /** @throws BrokerUnavailableException where that is how the role says so */
    @SuppressWarnings("FutureReturnValueIgnored") // the proxy hands it to the caller
    static Object answer(Method method, Object[] args) {
        var reason = new BrokerUnavailableException("no answer to " + method.getName() + ": a fault of the test", null);
        if (method.getDeclaringClass() == Submission.class && args[0] instanceof List<?> placements) {
            return CompletableFuture.completedFuture(
                    Collections.nCopies(placements.size(), new EnqueueOutcome.Refused(reason)));
        }
        if (method.getDeclaringClass() == Settlement.class && args[0] instanceof List<?> endings) {
            return Collections.nCopies(endings.size(), Settled.UNKNOWN);
        }
        if (method.getName().equals("fire") && args[0] instanceof List<?> firings) {
            return Collections.nCopies(firings.size(), Fired.unknown(reason));
        }
        if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
            return CompletableFuture.failedFuture(reason);
        }
        throw reason;
    }
}
