package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.ids;
import static io.asynq4j.testing.contract.Trial.options;
import static io.asynq4j.testing.contract.Trial.share;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.task.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Handing out tasks. */
final class FetchingCases {
    private static final String CRITICAL = "critical";

    private FetchingCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("tasks are handed out oldest first, however they were submitted", trial -> {
                trial.accept("a", "b");
                trial.accept("c");
                trial.accept("d", "e");
                trial.equal("tasks fetched", List.of("a"), ids(trial.fetch(1)));
                trial.accept("f");
                trial.equal("tasks fetched", List.of("b", "c", "d", "e", "f"), ids(trial.fetch(10)));
            }),
            ContractCase.of("a task that was handed out tells since when it was pending", trial -> {
                var start = trial.now();
                trial.accept(trial.place("now"), trial.place("later", options().processAt(trial.in(5))));
                trial.advance(10);
                trial.forward(QUEUE);
                var leases = trial.fetch(2);
                trial.equal("tasks fetched", List.of("now", "later"), ids(leases));
                trial.equal(
                        "pending since",
                        List.of(start, trial.now()),
                        leases.stream().map(Lease::pendingSince).toList());
            }),
            ContractCase.of("never more tasks are handed out than wanted", trial -> {
                trial.accept(IntStream.range(0, 250)
                        .mapToObj(n -> trial.place("task-" + n))
                        .toList());
                trial.equal("number of tasks fetched", 100, trial.fetch(100).size());
                trial.equal("number of tasks fetched", 149, trial.fetch(149).size());
                trial.equal("tasks fetched", List.of("task-249"), ids(trial.fetch(100)));
                trial.equal(
                        "number of active tasks",
                        250,
                        trial.ids(QUEUE, TaskState.ACTIVE).size());
            }),
            ContractCase.of("nothing is handed out of a queue that is empty or was never heard of", trial -> {
                trial.equal("tasks fetched", List.of(), trial.fetch(share("never", 3)));
                trial.taken("a");
                trial.equal("tasks fetched", List.of(), trial.fetch(3));
            }),
            ContractCase.of("a task that was handed out is active, under the lease that was asked for", trial -> {
                trial.accept("a", "b");
                var demand = trial.demand("this attempt", share(QUEUE, 2));
                for (var lease : trial.broker().fetch(demand)) {
                    trial.equal("attempt", "this attempt", lease.attempt());
                    trial.equal("lease until", demand.leaseUntil(), lease.expiresAt());
                }
                trial.holds(TaskState.ACTIVE, "a", "b");
                trial.holds(TaskState.PENDING);
                for (var stored : trial.view().active(QUEUE)) {
                    trial.equal("lease until", demand.leaseUntil(), stored.time());
                }
            }),
            ContractCase.of("each queue gives up to its share, in the order of the demand", trial -> {
                fill(trial, CRITICAL, QUEUE, LOW);
                trial.equal(
                        "tasks fetched",
                        List.of("low-0", "critical-0", "critical-1", "critical-2", "default-0", "default-1"),
                        ids(trial.fetch(share(LOW, 1), share(CRITICAL, 3), share(QUEUE, 2))));
            }),
            ContractCase.of("what a queue cannot give comes from the others, in the order of the demand", trial -> {
                fill(trial, CRITICAL, QUEUE, LOW);
                var all = ids(trial.fetch(share(CRITICAL, 6), share(QUEUE, 1), share(LOW, 1)));
                trial.equal("number of tasks fetched", 8, all.size());
                trial.equal(
                        "tasks fetched",
                        sorted(List.of(
                                "critical-0",
                                "critical-1",
                                "critical-2",
                                "critical-3", // all it has
                                "default-0",
                                "low-0", // their shares
                                "default-1",
                                "default-2")), // and what is missing, from the first that has some
                        sorted(all));
            }),
            ContractCase.of("a queue without a share gives only what is left over", trial -> {
                fill(trial, CRITICAL, LOW);
                trial.equal(
                        "tasks fetched",
                        List.of("critical-0", "critical-1"),
                        ids(trial.fetch(share(LOW, 0), share(CRITICAL, 2))));
                // order is promised within a queue only
                trial.equal(
                        "tasks fetched",
                        Set.of("critical-2", "critical-3", "low-0"),
                        Set.copyOf(ids(trial.fetch(share(LOW, 0), share(CRITICAL, 3)))));
            }),
            ContractCase.of("strict order is all of the share for the first queue", trial -> {
                fill(trial, CRITICAL, QUEUE, LOW);
                trial.equal(
                        "tasks fetched",
                        List.of("critical-0", "critical-1", "critical-2", "critical-3", "default-0"),
                        ids(trial.fetch(share(CRITICAL, 5), share(QUEUE, 0), share(LOW, 0))));
            }),
            ContractCase.of("within a queue the order holds, also for what is taken beyond its share", trial -> {
                fill(trial, QUEUE);
                trial.equal(
                        "tasks fetched",
                        List.of("default-0", "default-1", "default-2", "default-3"),
                        ids(trial.fetch(share(QUEUE, 1), share("empty", 3))));
            }),
            ContractCase.of("only queues that were asked for are touched", trial -> {
                fill(trial, QUEUE, LOW);
                trial.fetch(100);
                trial.equal(
                        "number of pending tasks in low",
                        4,
                        trial.ids(LOW, TaskState.PENDING).size());
            }),
            ContractCase.of("a paused queue gives nothing, and the others give what it would have", trial -> {
                fill(trial, QUEUE, LOW);
                trial.fixture().pause(QUEUE);
                trial.equal("tasks fetched", List.of(), trial.fetch(3));
                trial.equal(
                        "tasks fetched",
                        List.of("low-0", "low-1", "low-2"),
                        ids(trial.fetch(share(QUEUE, 2), share(LOW, 1))));
            }),
            ContractCase.of(
                    "a paused queue takes in tasks, settles and forwards, and gives again when it goes on", trial -> {
                        var lease = trial.taken("a");
                        trial.fixture().pause(QUEUE);
                        trial.accept(trial.place("b", options().taskId("b")));
                        trial.settle(Trial.retried(lease, trial.now()));
                        trial.forward(QUEUE);
                        trial.holds(TaskState.PENDING, "b", "a");
                        trial.fixture().unpause(QUEUE);
                        trial.equal("tasks fetched", List.of("b", "a"), ids(trial.fetch(3)));
                    }),
            ContractCase.of("what a fetch has moved can be asked for again, and is then held for longer", trial -> {
                trial.accept("a", "b", "c", "d");
                trial.accept(trial.place("e", options().queue(LOW)));
                var demand = trial.demand("unheard", share(QUEUE, 2), share(LOW, 1));
                var first = trial.broker().fetch(demand);
                trial.take();
                var longer = demand.again(trial.now(), trial.in(90));
                for (int times = 0; times < 2; times++) {
                    var again = trial.broker().fetched(longer);
                    trial.equal("tasks found again", List.of("a", "b", "e"), ids(again));
                    trial.equal(
                            "messages",
                            first.stream().map(Lease::message).toList(),
                            again.stream().map(Lease::message).toList());
                    for (var lease : again) {
                        trial.equal("attempt", "unheard", lease.attempt());
                        trial.equal("lease until", trial.in(90), lease.expiresAt());
                    }
                }
                trial.equal(
                        "lease until",
                        trial.in(90),
                        trial.view().active(LOW).get(0).time());
                trial.holds(TaskState.PENDING, "d");
            }),
            ContractCase.of("what a fetch has moved and is settled since is not found again", trial -> {
                trial.accept("a", "b");
                var demand = trial.demand("unheard", share(QUEUE, 2));
                trial.settle(new Ending.Done(trial.broker().fetch(demand).get(0)));
                trial.equal(
                        "tasks found again", List.of("b"), ids(trial.broker().fetched(demand)));
            }),
            ContractCase.of("of many who fetch at once each gets tasks of their own", trial -> {
                trial.accept(IntStream.range(0, 400)
                        .mapToObj(n -> trial.place("task-" + n))
                        .toList());
                var demand = trial.demand("mine", share(QUEUE, 5));
                var broker = trial.broker();
                var fetched = inParallel(4, () -> {
                    var mine = new ArrayList<Lease>();
                    for (int i = 0; i < 20; i++) {
                        mine.addAll(broker.fetch(demand));
                    }
                    return mine;
                });
                trial.equal("number of tasks fetched", 400, fetched.size());
                trial.equal("number of different ones", 400, new HashSet<>(ids(fetched)).size());
            }));

    /** Four tasks each, named after their queue. */
    private static void fill(Trial trial, String... queues) {
        for (var queue : queues) {
            trial.accept(IntStream.range(0, 4)
                    .mapToObj(n -> trial.place(queue + "-" + n, options().queue(queue)))
                    .toList());
        }
    }

    private static List<String> sorted(List<String> ids) {
        return ids.stream().sorted().toList();
    }

    private static List<Lease> inParallel(int threads, Callable<List<Lease>> action) {
        var pool = Executors.newFixedThreadPool(threads);
        try {
            var all = new ArrayList<Lease>();
            for (var done : pool.invokeAll(
                    IntStream.range(0, threads).mapToObj(n -> action).toList())) {
                all.addAll(done.get());
            }
            return all;
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError("threads that fetch at once fail", failed);
        } finally {
            pool.shutdownNow();
        }
    }
}
