package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.WakeUps;
import io.asynq4j.spi.WakeUps.Outlook;
import io.asynq4j.task.TaskState;
import io.asynq4j.time.SystemTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Being told of tasks. A broker that cannot tell has to say so. */
final class WakeUpCases {
    private WakeUpCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("who finds nothing is told of the next task, and finds it", trial -> {
                try (var watch = new Ear(trial)) {
                    watch.finds(Outlook.NOTHING);
                    trial.accept("a");
                    watch.isToldOfPending();
                    watch.finds(Outlook.SOMETHING);
                    trial.take();
                    watch.finds(Outlook.NOTHING);
                    trial.accept(trial.place("b", options().queue(LOW)));
                    watch.isToldOfPending();
                    watch.finds(Outlook.SOMETHING);
                }
            }),
            ContractCase.of("looking is not fetching", trial -> {
                trial.accept("a");
                try (var watch = new Ear(trial)) {
                    watch.finds(Outlook.SOMETHING);
                    watch.finds(Outlook.SOMETHING);
                }
                trial.holds(TaskState.PENDING, "a");
            }),
            ContractCase.of("a paused queue has nothing, and who watches is told when it goes on", trial -> {
                trial.accept("a");
                trial.fixture().pause(QUEUE);
                try (var watch = new Ear(trial)) {
                    watch.finds(Outlook.NOTHING);
                    trial.fixture().unpause(QUEUE);
                    watch.isToldOfPending();
                    watch.finds(Outlook.SOMETHING);
                }
            }),
            ContractCase.of("who watches is told of a task that is given back, or forwarded", trial -> {
                var lease = trial.taken("given back");
                try (var watch = new Ear(trial)) {
                    watch.finds(Outlook.NOTHING);
                    trial.settle(new Ending.Released(lease));
                    watch.isToldOfPending();
                    trial.take();
                    trial.accept(trial.place("later", options().processAt(trial.in(10))));
                    trial.advance(10);
                    watch.finds(Outlook.NOTHING);
                    trial.forward(QUEUE);
                    watch.isToldOfPending();
                    watch.finds(Outlook.SOMETHING);
                }
            }),
            ContractCase.of(
                    "who knows what is due when is told of what is due earlier, in scheduled and retry", trial -> {
                        var lease = trial.taken("retried");
                        try (var watch = new Ear(trial)) {
                            watch.finds(Map.of());
                            trial.accept(trial.place("a", options().processAt(trial.in(60))));
                            watch.isToldOfDue();
                            watch.finds(Map.of(QUEUE, trial.in(60)));
                            trial.accept(trial.place(
                                    "b", options().processAt(trial.in(30)).queue(LOW)));
                            watch.isToldOfDue();
                            watch.finds(Map.of(QUEUE, trial.in(60), LOW, trial.in(30)));
                            trial.settle(Trial.retried(lease, trial.in(20)));
                            watch.isToldOfDue();
                            watch.finds(Map.of(QUEUE, trial.in(20), LOW, trial.in(30)));
                        }
                    }),
            ContractCase.of("all who watch are told, and nobody who has stopped", trial -> {
                var stopped = new Ear(trial);
                try (var first = new Ear(trial);
                        var second = new Ear(trial)) {
                    for (var watch : List.of(stopped, first, second)) {
                        watch.finds(Outlook.NOTHING);
                    }
                    stopped.close();
                    stopped.close();
                    stopped.forget();
                    trial.accept("a");
                    first.isToldOfPending();
                    second.isToldOfPending();
                    trial.equal("told who has stopped", 0, stopped.pending.availablePermits());
                    trial.equal("stopped watch", Outlook.UNTOLD, stopped.watch.pending(List.of(QUEUE)));
                    trial.equal("stopped watch", Optional.empty(), stopped.watch.due(List.of(QUEUE)));
                }
            }));

    /** Remembers that it was told. */
    private static final class Ear implements AutoCloseable {
        private static final List<String> QUEUES = List.of(QUEUE, LOW);
        private static final Duration PATIENCE = Duration.ofSeconds(20);

        private final Trial trial;
        private final Semaphore pending = new Semaphore(0);
        private final Semaphore due = new Semaphore(0);
        private final WakeUps.Watch watch;

        Ear(Trial trial) {
            this.trial = trial;
            this.watch = trial.broker().watch(pending::release, due::release);
        }

        /** What was told before is forgotten, so that {@link #isToldOfPending} is about what comes now. */
        void finds(Outlook expected) {
            pending.drainPermits();
            var found = once(() -> {
                var outlook = watch.pending(QUEUES);
                return outlook == Outlook.UNTOLD ? null : outlook;
            });
            tells(() -> trial.equal("found", expected, found));
        }

        void finds(Map<String, Instant> expected) {
            due.drainPermits();
            var found = once(() -> watch.due(QUEUES).orElse(null));
            tells(() -> trial.equal("due", expected, found));
        }

        void isToldOfPending() {
            tells(() -> trial.isTrue("told of what is pending", comes(pending), false));
        }

        void isToldOfDue() {
            tells(() -> trial.isTrue("told of what is due", comes(due), false));
        }

        void forget() {
            pending.drainPermits();
        }

        @Override
        public void close() {
            watch.close();
        }

        private void tells(Runnable check) {
            if (trial.fixture().tells()) {
                check.run();
            } else {
                trial.equal("outlook", Outlook.UNTOLD, watch.pending(QUEUES));
                trial.equal("due", Optional.empty(), watch.due(QUEUES));
            }
        }

        /** Asks until there is an answer, since a broker may take its time until it can tell. */
        private <T> @Nullable T once(Supplier<@Nullable T> ask) {
            if (!trial.fixture().tells()) {
                return null;
            }
            try (var time = SystemTime.open()) {
                long start = time.nanoTime();
                var answer = ask.get();
                for (; answer == null && time.nanoTime() - start < PATIENCE.toNanos(); answer = ask.get()) {
                    Thread.onSpinWait();
                }
                return Objects.requireNonNull(answer, "nobody is told of anything");
            }
        }

        private static boolean comes(Semaphore told) {
            try {
                return told.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException interrupted) {
                throw new AssertionError("interrupted", interrupted);
            }
        }
    }
}
