package io.asynq4j.samples.quickstart;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns away some recipients at first, as careful mail servers do: who is a mail server comes back, who is not does not
 * bother. Every eighth recipient is told once to come again, and every eighth of those twice. Safe for use by many threads.
 */
final class Greylist {
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    /** Whether to turn this call away. */
    boolean refuses(String recipient) {
        return calls.merge(recipient, 1, Integer::sum) <= refusals(recipient);
    }

    private static int refusals(String recipient) {
        int hash = recipient.hashCode();
        return hash % 8 != 0 ? 0 : hash % 64 != 0 ? 1 : 2;
    }
}
