package io.asynq4j.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Something to be worked off, and by whom.
 *
 * @param what what is special about it
 * @param queues of each server, with as many tasks each
 * @param concurrency of each server
 * @param payload bytes
 * @param sleepMillis how long a handler takes, without a thread of its own
 */
record ScaleCase(
        String what, int processes, int queues, int concurrency, int tasks, int payload, int sleepMillis, Kind kind) {
    /** Where the tasks are, and what is beside them. */
    enum Kind {
        PENDING,
        /** Pending, with as many more scheduled for later. */
        BESIDE_SCHEDULED,
        /** Scheduled, all for the same moment. */
        DUE_AT_ONCE,
        /** Pending on a cluster of three nodes. */
        ON_CLUSTER
    }

    private static final int TASKS = 100_000;
    private static final int SLOTS = 50;
    private static final int SMALL = 100;

    /** What a name on the command line stands for. */
    static List<ScaleCase> named(String name) {
        return switch (name) {
            case "processes" ->
                IntStream.of(1, 2, 4, 8)
                        .mapToObj(n -> new ScaleCase(n + " processes", n, 1, SLOTS, TASKS, SMALL, 0, Kind.PENDING))
                        .toList();
            case "queues" ->
                IntStream.of(1, 10, 50)
                        .mapToObj(n -> new ScaleCase(n + " queues", 1, n, SLOTS, TASKS, SMALL, 0, Kind.PENDING))
                        .toList();
            case "pending" ->
                IntStream.of(10_000, 100_000, 1_000_000)
                        .mapToObj(n -> new ScaleCase(n + " pending", 1, 1, SLOTS, n, SMALL, 0, Kind.PENDING))
                        .toList();
            case "scheduled" ->
                List.of(
                        new ScaleCase("100000 scheduled beside", 1, 1, SLOTS, TASKS, SMALL, 0, Kind.BESIDE_SCHEDULED),
                        new ScaleCase("100000 due at once", 1, 1, SLOTS, TASKS, SMALL, 0, Kind.DUE_AT_ONCE));
            case "active" -> // 10,000 tasks a second, however many at a time
                IntStream.of(100, 1_000, 10_000)
                        .mapToObj(n -> new ScaleCase(n + " active", 1, 1, n, TASKS / 2, SMALL, n / 10, Kind.PENDING))
                        .toList();
            case "cluster" ->
                List.of(
                        new ScaleCase("6 queues, 1 node", 1, 6, SLOTS, TASKS, SMALL, 0, Kind.PENDING),
                        new ScaleCase("6 queues, 3 nodes", 1, 6, SLOTS, TASKS, SMALL, 0, Kind.ON_CLUSTER));
            case "payload" ->
                List.of(
                        new ScaleCase("100 B", 1, 1, SLOTS, TASKS, SMALL, 0, Kind.PENDING),
                        new ScaleCase("10 KiB", 1, 1, SLOTS, TASKS / 5, 10 << 10, 0, Kind.PENDING),
                        new ScaleCase("1 MiB", 1, 1, 10, TASKS / 500, 1 << 20, 0, Kind.PENDING));
            default ->
                throw new IllegalArgumentException(
                        "processes, queues, pending, scheduled, active, cluster or payload, not \"" + name + '"');
        };
    }

    /** The same with fewer or more tasks. */
    ScaleCase times(double factor) {
        int some = Math.max(queues, (int) (tasks * factor));
        return new ScaleCase(what, processes, queues, concurrency, some, payload, sleepMillis, kind);
    }

    List<String> queueNames() {
        return IntStream.range(0, queues).mapToObj(n -> "queue-" + n).toList();
    }
}
