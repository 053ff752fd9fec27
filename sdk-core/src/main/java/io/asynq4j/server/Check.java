package io.asynq4j.server;

import io.asynq4j.task.Options;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The rules for settings. Broken rules are told with the value. */
final class Check {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Check() {}

    static int atLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ": " + value);
        }
        return value;
    }

    static Duration atLeast(String what, Duration least, Duration value) {
        Objects.requireNonNull(value, what);
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(what + " must be at least " + least + ": " + value);
        }
        return bounded(what, value);
    }

    static Duration positive(String what, Duration value) {
        Objects.requireNonNull(value, what);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " must be more than zero: " + value);
        }
        return bounded(what, value);
    }

    static Map<String, Integer> queues(Map<String, Integer> weights) {
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("a server needs at least one queue");
        }
        var checked = new LinkedHashMap<String, Integer>();
        long sum = 0;
        for (var queue : weights.entrySet()) {
            Options.defaults().queue(queue.getKey()); // the rule for names is there
            checked.put(queue.getKey(), atLeast("weight of queue \"" + queue.getKey() + '"', 1, queue.getValue()));
            sum += queue.getValue();
        }
        if (sum > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the weights of queues must sum up to at most 2147483647: " + sum);
        }
        return Collections.unmodifiableMap(checked);
    }

    private static Duration bounded(String what, Duration value) {
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be at most " + LONGEST.toDays() + " days: " + value);
        }
        return value;
    }
}
