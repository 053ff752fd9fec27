package io.asynq4j.micrometer;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The labels of meters, each with a bounded number of values: what is in Redis must not decide how much memory this takes. Safe
 * for use by many threads.
 */
final class Labels {
    /** Stands for all values beyond the bound. */
    static final String OTHER = "other";

    private final Names queues;
    private final Names types;

    Labels(int mostQueues, int mostTypes) {
        queues = new Names(mostQueues);
        types = new Names(mostTypes);
    }

    Tags queue(String queue) {
        return Tags.of("queue", queues.known(queue));
    }

    TaskLabels task(String queue, String type) {
        return new TaskLabels(queues.known(queue), types.known(type));
    }

    /** Queue and type, or what stands for them. */
    record TaskLabels(String queue, String type) {
        Tags tags() {
            return Tags.of(Tag.of("queue", queue), Tag.of("type", type));
        }
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The first so many names; later ones are others. */
    private static final class Names {
        private final int most;
        private final Set<String> known = ConcurrentHashMap.newKeySet();

        Names(int most) {
            this.most = most;
        }

        String known(String name) {
            if (known.contains(name)) {
                return name;
            }
            if (known.size() >= most) { // threads that come at once may make it some more, and no harm is done
                return OTHER;
            }
            known.add(name);
            return name;
        }
    }
}
