package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.Signals.Cancellation;
import io.asynq4j.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asking for tasks not to be worked on. */
final class SignalCases {
    private SignalCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("an attempt that is cancelled is marked, and stays the worker's own", trial -> {
                var other = trial.taken("other");
                var lease = trial.taken("a");
                cancel(trial, QUEUE, "a", true);
                cancelled(trial, List.of(other, lease), lease);
                trial.holds(TaskState.ACTIVE, "other", "a");
                trial.settle(Trial.retried(lease, trial.in(60)));
                trial.holds(TaskState.RETRY, "a");
            }),
            ContractCase.of("cancelling twice is cancelling once", trial -> {
                var lease = trial.taken("a");
                cancel(trial, QUEUE, "a", true);
                cancel(trial, QUEUE, "a", true);
                cancelled(trial, List.of(lease), lease);
            }),
            ContractCase.of("of tasks of the same id in two queues, the one that is meant is cancelled", trial -> {
                var here = trial.taken("a");
                var there = trial.taken("a", options().queue(LOW));
                cancel(trial, LOW, "a", true);
                cancelled(trial, List.of(here, there), there);
            }),
            ContractCase.of("cancelling ends with the attempt: the next one at the task is not cancelled", trial -> {
                var released = trial.taken("released");
                cancel(trial, QUEUE, "released", true);
                trial.settle(new Ending.Released(released));
                cancelled(trial, List.of(trial.take()));

                var retried = trial.taken("retried");
                cancel(trial, QUEUE, "retried", true);
                trial.settle(Trial.retried(retried, trial.now()));
                trial.forward(QUEUE);
                cancelled(trial, List.of(trial.take()));
            }),
            ContractCase.of("an attempt that was taken back takes its mark with it", trial -> {
                var lost = trial.taken("a");
                cancel(trial, QUEUE, "a", true);
                trial.advance(60);
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        trial.broker().recover(List.of(Trial.retried(lost, trial.now())), trial.now(), trial.now()));
                trial.forward(QUEUE);
                cancelled(trial, List.of(trial.take()));
            }),
            ContractCase.of("who lost a task is not asked about the attempt of another", trial -> {
                var late = trial.taken("a");
                trial.settle(new Ending.Released(late));
                var current = trial.take();
                cancel(trial, QUEUE, "a", true);
                cancelled(trial, List.of(late));
                cancelled(trial, List.of(current), current);
            }),
            ContractCase.of("what nobody works on is left as it is, and said to be so", trial -> {
                trial.accept(trial.place("pending"));
                cancel(trial, QUEUE, "pending", false);
                trial.holds(TaskState.PENDING, "pending");
                cancelled(trial, List.of(trial.take()));

                var done = trial.taken("done");
                trial.settle(new Ending.Done(done));
                cancel(trial, QUEUE, "done", false);
                cancelled(trial, List.of(done));
            }),
            ContractCase.of("cancelling what there is not leaves no trace", trial -> {
                cancel(trial, "nowhere", "nothing", false);
                trial.equal("queues", Set.of(), trial.view().queues());
                trial.equal("cancelled", List.of(), trial.broker().cancelled(List.of()));
            }),
            ContractCase.of(
                    "who listens is told queue and id, a queue's in order, whether somebody works on the task or not",
                    trial -> {
                        var ear = new Ear("heard", "}:{é");
                        trial.broker().onCancel(ear);
                        ear.connected(trial);
                        trial.taken("heard");
                        cancel(trial, LOW, "heard", false);
                        trial.equal(
                                "cancellations of one queue",
                                List.of(new Cancellation(LOW, "heard")),
                                ear.until(new Cancellation(LOW, "heard")));
                        cancel(trial, QUEUE, "heard", true);
                        cancel(trial, QUEUE, "}:{é", false);
                        trial.equal(
                                "cancellations of another, which may be on another server",
                                List.of(new Cancellation(QUEUE, "heard"), new Cancellation(QUEUE, "}:{é")),
                                ear.until(new Cancellation(QUEUE, "}:{é")));
                    }),
            ContractCase.of("all who listen are told, and nobody who has stopped", trial -> {
                var stopped = new Ear("told");
                var first = new Ear("told");
                var second = new Ear("told");
                var ended = trial.broker().onCancel(stopped);
                trial.broker().onCancel(first);
                trial.broker().onCancel(second);
                for (var ear : List.of(stopped, first, second)) {
                    ear.connected(trial);
                }
                ended.close();
                ended.close();
                cancel(trial, QUEUE, "told", false);
                var told = List.of(new Cancellation(QUEUE, "told"));
                trial.equal("heard", told, first.until(told.get(0)));
                trial.equal("heard", told, second.until(told.get(0)));
                trial.equal("heard", List.of(), stopped.heard());
            }));

    private static void cancel(Trial trial, String queue, String id, boolean active) {
        trial.equal(
                "active when cancelled:", active, trial.answer(trial.broker().cancel(queue, id)));
    }

    private static void cancelled(Trial trial, List<Lease> leases, Lease... expected) {
        trial.equal("cancelled", List.of(expected), trial.broker().cancelled(leases));
    }

    /** Remembers what it was told of some ids, and not what comes late from a case before: brokers outlive cases. */
    private static final class Ear implements Consumer<Cancellation> {
        private static final Cancellation TRY = new Cancellation(QUEUE, "is anybody there?");
        private static final int TRIES = 200;

        private final Set<String> minded;
        private final BlockingQueue<Cancellation> heard = new LinkedBlockingQueue<>();

        Ear(String... ids) {
            minded = Set.of(ids);
        }

        @Override
        public void accept(Cancellation cancellation) {
            if (cancellation.equals(TRY) || minded.contains(cancellation.id())) {
                heard.add(cancellation);
            }
        }

        /** Asks until something is heard, since a broker may take its time to listen. */
        void connected(Trial trial) {
            for (int i = 0; i < TRIES; i++) {
                trial.answer(trial.broker().cancel(QUEUE, TRY.id()));
                if (next(100) != null) {
                    return;
                }
            }
            throw new AssertionError("nothing is told to who listens for cancellations");
        }

        /** What is heard up to {@code last}. */
        List<Cancellation> until(Cancellation last) {
            var all = new ArrayList<Cancellation>();
            do {
                var next = next(20_000);
                if (next == null) {
                    throw new AssertionError("waiting for " + last + ", heard only " + all);
                }
                if (!next.equals(TRY)) {
                    all.add(next);
                }
            } while (all.isEmpty() || !Objects.equals(all.get(all.size() - 1), last));
            return all;
        }

        List<Cancellation> heard() {
            return heard.stream().filter(told -> !told.equals(TRY)).toList();
        }

        private @Nullable Cancellation next(int millis) {
            try {
                return heard.poll(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                throw new AssertionError("interrupted", interrupted);
            }
        }
    }
}
