package io.asynq4j.micrometer;

import io.asynq4j.inspect.AsyncInspector;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.task.QueueNotFoundException;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at all queues, within a time, some at once. Who asks while another look is under way gets what that finds. */
final class Collection {
    private static final Logger log = LoggerFactory.getLogger(QueueMetrics.class);
    private static final int AT_ONCE = 8;

    private final AsyncInspector inspector;
    private final Duration timeout;
    private final Clock clock;
    private final AtomicReference<@Nullable CompletableFuture<Look>> underWay = new AtomicReference<>();

    Collection(AsyncInspector inspector, Duration timeout, Clock clock) {
        this.inspector = inspector;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * What was found.
     *
     * @param known whether the broker has said which queues there are
     * @param queues what each is like
     * @param leftOut how many there are beyond those
     * @param took how long that was
     */
    record Look(boolean known, List<Queue> queues, int leftOut, Duration took) {}

    /** A queue; what is null could not be found out. */
    record Queue(
            String name, @Nullable QueueInfo info, @Nullable Long bytes) {
        boolean isComplete() {
            return info != null && bytes != null;
        }
    }

    Look collect() {
        var mine = new CompletableFuture<Look>();
        var others = underWay.compareAndExchange(null, mine);
        if (others != null) {
            return others.join();
        }
        try {
            mine.complete(look());
        } catch (Throwable failed) { // Errors too: others wait for it
            mine.completeExceptionally(failed);
        } finally {
            underWay.set(null);
        }
        return mine.join();
    }

    private Look look() {
        long begun = clock.monotonicTime();
        long end = begun + timeout.toNanos();
        var names = await("which queues there are", begin(inspector::queues), end);
        if (names == null) {
            return new Look(false, List.of(), 0, since(begun));
        }
        int most = Math.min(names.size(), QueueMetrics.MOST_QUEUES);
        var found = new ArrayList<Queue>(most);
        for (int i = 0; i < most; i += AT_ONCE) {
            found.addAll(look(names.subList(i, Math.min(most, i + AT_ONCE)), end));
        }
        return new Look(true, found, names.size() - most, since(begun));
    }

    private List<Queue> look(List<String> names, long end) {
        if (clock.monotonicTime() >= end) {
            return names.stream().map(name -> new Queue(name, null, null)).toList();
        }
        var infos =
                names.stream().map(name -> begin(() -> inspector.queue(name))).toList();
        var bytes = names.stream()
                .map(name -> begin(() -> inspector.memoryUsage(name)))
                .toList();
        var found = new ArrayList<Queue>(names.size());
        for (int i = 0; i < names.size(); i++) {
            var name = names.get(i);
            if (!isGone(infos.get(i), end)) {
                var info = await("queue " + name, infos.get(i), end);
                found.add(new Queue(name, info, await("the memory of queue " + name, bytes.get(i), end)));
            }
        }
        return found;
    }

    /** Brokers refuse by throwing as well as by a failed stage. */
    private static <T> CompletableFuture<T> begin(Supplier<CompletionStage<T>> call) {
        try {
            return call.get().toCompletableFuture();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** Whether a queue was removed since its name was read. */
    private boolean isGone(CompletableFuture<?> info, long end) {
        try {
            info.get(Math.max(0, end - clock.monotonicTime()), TimeUnit.NANOSECONDS);
            return false;
        } catch (ExecutionException failed) {
            return failed.getCause() instanceof QueueNotFoundException;
        } catch (TimeoutException late) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private <T> @Nullable T await(String what, CompletableFuture<T> answer, long end) {
        try {
            return answer.get(Math.max(0, end - clock.monotonicTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            log.warn("metrics: {} cannot be found out: {}", what, String.valueOf(failed.getCause()));
        } catch (TimeoutException late) {
            log.warn("metrics: {} cannot be found out within {}", what, timeout);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private Duration since(long begun) {
        return Duration.ofNanos(clock.monotonicTime() - begun);
    }
}
