package io.asynq4j.server;

import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.Causes;
import io.asynq4j.handler.RevokeTaskException;
import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.handler.SnoozeException;
import io.asynq4j.handler.TaskCancelledException;
import io.asynq4j.handler.TaskMdc;
import io.asynq4j.spi.Await;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Results;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a lease into an outcome. Knows handlers, and neither the broker nor the retry policy. */
final class Runner {
    private static final Logger log = LoggerFactory.getLogger(Runner.class);

    private final AsyncHandler<Task> handler;
    private final Executor executor;
    private final Results results;
    private final Attempts attempts;
    private final Slots slots;
    private final BiConsumer<Attempt, Outcome> settler;
    private final Observation observation;
    private final Timekeeper time;
    private final Duration cancelGrace;
    private final Deadlines deadlines;

    Runner(
            AsyncHandler<Task> handler,
            Executor executor,
            Results results,
            Attempts attempts,
            Slots slots,
            BiConsumer<Attempt, Outcome> settler,
            Observation observation,
            Timekeeper time,
            Duration cancelGrace) {
        this.handler = handler;
        this.executor = executor;
        this.results = results;
        this.attempts = attempts;
        this.slots = slots;
        this.settler = settler;
        this.observation = observation;
        this.time = time;
        this.cancelGrace = cancelGrace;
        this.deadlines = new Deadlines(attempts, slots::busy, attempt -> cancel(attempt, CancelReason.DEADLINE), time);
    }

    /** Starts working on a task that has a slot; the slot is freed when its handler has really ended. */
    void run(Lease lease) {
        var attempt = attempt(lease);
        var before = attempts.add(attempt);
        if (before != null) { // somebody took that one from us, and gave the task back
            cancel(before, CancelReason.LEASE_LOST);
        }
        try {
            executor.execute(() -> TaskMdc.run(attempt, () -> work(attempt)));
        } catch (RejectedExecutionException closing) {
            giveBack(attempt);
        } catch (Throwable noThread) { // out of memory, most likely
            giveBack(attempt);
            throw noThread;
        }
    }

    private Attempt attempt(Lease lease) {
        try {
            var now = time.instant();
            return new Attempt(lease, now, deadline(lease.message(), now), results);
        } catch (Throwable failed) {
            release();
            throw failed;
        }
    }

    private void giveBack(Attempt attempt) {
        decide(attempt, new Outcome.Released());
        release();
    }

    private void release() {
        if (slots.release()) {
            deadlines.rest();
        }
    }

    /** Cancels an attempt; if its handler has not ended after the grace, decides without it. */
    void cancel(Attempt attempt, CancelReason reason) {
        if (!attempt.cancel(reason)) {
            return;
        }
        if (reason == CancelReason.LEASE_LOST) {
            decideElsewhere(attempt, new Outcome.Lost());
        } else if (reason != CancelReason.SHUTDOWN) { // at shutdown the server does the waiting
            time.after(cancelGrace, () -> TaskMdc.run(attempt, () -> giveUp(attempt, reason)));
        }
    }

    private void giveUp(Attempt attempt, CancelReason reason) {
        if (decideElsewhere(attempt, new Outcome.Failed(new TaskCancelledException(reason)))) {
            log.warn(
                    "the handler of {} ignores its cancellation ({}) and keeps its slot{}",
                    attempt,
                    reason,
                    Stack.of(attempt.worker()));
        }
    }

    private void work(Attempt attempt) {
        observation.began(attempt);
        if (!time.instant().isBefore(attempt.deadline())) {
            ended(attempt, new TaskCancelledException(CancelReason.DEADLINE));
            return;
        }
        deadlines.watch(attempt);
        CompletionStage<?> running;
        attempt.enter(Thread.currentThread());
        try {
            running = Objects.requireNonNull(
                    handler.handle(attempt.message().task(), attempt),
                    "the handler answered null, where a stage is expected");
        } catch (Throwable failure) { // Errors too: a task that ends in one has failed like any other
            attempt.exit();
            ended(attempt, failure);
            rethrowIfDying(failure);
            return;
        }
        attempt.exit();
        if (running instanceof CompletableFuture<?> done && done.isDone() && !done.isCompletedExceptionally()) {
            ended(attempt, null); // as every blocking handler's has
        } else {
            running.whenComplete((value, failure) ->
                    TaskMdc.run(attempt, () -> ended(attempt, failure))); // on whatever thread that is
        }
    }

    private void ended(Attempt attempt, @Nullable Throwable failure) {
        deadlines.forget(attempt);
        try {
            if (!decide(attempt, outcome(attempt, failure))) {
                log.info("the handler of {} has ended after its attempt was over", attempt);
            }
        } finally {
            observation.ended(attempt);
            release();
        }
    }

    private boolean decide(Attempt attempt, Outcome outcome) {
        if (!attempt.decide(outcome)) {
            return false;
        }
        settler.accept(attempt, outcome);
        return true;
    }

    /** For timers and loops: what follows from an outcome is user code too, which must not hold them up. */
    private boolean decideElsewhere(Attempt attempt, Outcome outcome) {
        if (!attempt.decide(outcome)) {
            return false;
        }
        Runnable settling = () -> TaskMdc.run(attempt, () -> settler.accept(attempt, outcome));
        try {
            executor.execute(settling);
        } catch (Throwable noThread) { // closing, or out of memory
            settling.run();
        }
        return true;
    }

    private static Outcome outcome(Attempt attempt, @Nullable Throwable failure) {
        if (failure == null) {
            return new Outcome.Succeeded();
        }
        var cause = Await.cause(failure);
        var cancelled = attempt.cancelled().orElse(null);
        if (cancelled == CancelReason.SHUTDOWN) {
            return new Outcome.Released();
        }
        if (Causes.find(RevokeTaskException.class, cause) != null) {
            return new Outcome.Revoked(cause);
        }
        if (Causes.find(SkipRetryException.class, cause) != null) {
            return new Outcome.Rejected(cause);
        }
        var snooze = Causes.find(SnoozeException.class, cause);
        if (snooze != null) {
            return new Outcome.Snoozed(snooze.delay());
        }
        if (cancelled != null) { // whatever an interrupted handler throws, this is why
            var why = new TaskCancelledException(cancelled);
            why.addSuppressed(cause);
            return new Outcome.Failed(why);
        }
        return new Outcome.Failed(cause);
    }

    /** An Error that says the Java machine is dying is nothing to swallow; running out of stack is not of that kind. */
    static void rethrowIfDying(Throwable failure) {
        if (failure instanceof VirtualMachineError dying && !(failure instanceof StackOverflowError)) {
            throw dying;
        }
    }

    /** The end of an attempt that starts now: its timeout or the task's deadline, whichever is first. */
    private static Instant deadline(TaskMessage message, Instant now) {
        long timeout = message.limits().timeoutSeconds();
        long deadline = message.limits().deadlineUnixSeconds();
        if (timeout == 0 && deadline == 0) {
            log.error("task {} of queue {} has neither timeout nor deadline", message.id(), message.queue());
            return now.plus(Options.DEFAULT_TIMEOUT);
        }
        var byTimeout = timeout == 0 ? Instant.MAX : now.plusSeconds(bounded(timeout));
        var byDeadline = deadline == 0 ? Instant.MAX : Instant.ofEpochSecond(bounded(deadline));
        return byTimeout.isBefore(byDeadline) ? byTimeout : byDeadline;
    }

    private static long bounded(long seconds) {
        return Math.max(-FAR_SECONDS, Math.min(seconds, FAR_SECONDS));
    }

    /** Some 30,000 years, in either direction: records can hold more than an instant can. */
    private static final long FAR_SECONDS = 1_000_000_000_000L;
}
