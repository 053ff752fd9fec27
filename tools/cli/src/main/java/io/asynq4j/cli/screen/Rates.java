package io.asynq4j.cli.screen;

import io.asynq4j.spi.QueueInfo;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How many attempts ended per second, queue by queue, look by look. For one thread. */
final class Rates {
    private static final int KEPT = 120;
    private static final String BARS = "▁▂▃▄▅▆▇█";

    private final Map<String, Deque<Rate>> rates = new HashMap<>();
    private final Map<String, QueueInfo> before = new HashMap<>();

    /** Attempts per second. */
    record Rate(double processed, double failed) {
        static final Rate NONE = new Rate(0, 0);
    }

    /** Takes in a look. */
    void add(List<QueueInfo> queues) {
        var names = queues.stream().map(QueueInfo::queue).collect(Collectors.toSet());
        rates.keySet().retainAll(names);
        before.keySet().retainAll(names);
        for (var queue : queues) {
            var last = before.put(queue.queue(), queue);
            if (last != null && queue.at().isAfter(last.at())) {
                var kept = rates.computeIfAbsent(queue.queue(), name -> new ArrayDeque<>());
                kept.addLast(rate(last, queue));
                if (kept.size() > KEPT) {
                    kept.removeFirst();
                }
            }
        }
    }

    private static Rate rate(QueueInfo last, QueueInfo now) {
        double seconds = Duration.between(last.at(), now.at()).toNanos() / 1e9;
        return new Rate(
                Math.max(0, now.ever().processed() - last.ever().processed()) / seconds,
                Math.max(0, now.ever().failed() - last.ever().failed()) / seconds);
    }

    /** The latest of a queue. */
    Rate of(String queue) {
        @Nullable Rate latest = rates.getOrDefault(queue, new ArrayDeque<>()).peekLast();
        return latest == null ? Rate.NONE : latest;
    }

    /** The latest of all queues. */
    Rate ofAll() {
        return rates.keySet().stream()
                .map(this::of)
                .reduce(Rate.NONE, (a, b) -> new Rate(a.processed() + b.processed(), a.failed() + b.failed()));
    }

    /** The last looks as bars, the latest to the right; blank where there was none. */
    String spark(String queue, boolean failed, int width) {
        var kept = List.copyOf(rates.getOrDefault(queue, new ArrayDeque<>()));
        var shown = kept.subList(Math.max(0, kept.size() - width), kept.size());
        double most =
                shown.stream().mapToDouble(rate -> value(rate, failed)).max().orElse(0);
        var bars = shown.stream().map(rate -> bar(value(rate, failed), most)).collect(Collectors.joining());
        return " ".repeat(width - shown.size()) + bars;
    }

    private static double value(Rate rate, boolean failed) {
        return failed ? rate.failed() : rate.processed();
    }

    private static String bar(double value, double most) {
        int height = most <= 0 ? 0 : (int) Math.round(value / most * (BARS.length() - 1));
        return BARS.substring(height, height + 1);
    }
}
