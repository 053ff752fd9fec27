package io.asynq4j.limit;

import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.SnoozeException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.spi.Await;
import io.asynq4j.spi.Permits;
import io.asynq4j.task.TaskException;
import io.asynq4j.time.Handle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a limited number of attempts go on at a time, among all servers that share a broker, those of Go's asynq with its
 * {@code x/rate} included: to spare something that bears no more.
 *
 * <p>A permit belongs to a task, by its id, and is free again when it is released, or after the attempt's deadline, when its
 * server has died. An attempt that outlives its deadline has none any more. Nobody is served in turn: who asks at the right
 * moment gets it. Tasks of the same id in two queues count as one.
 *
 * <p>Safe for use by many threads. Its methods wait for the broker's answer, so call them on the handler's own thread; they
 * throw {@link io.asynq4j.task.BrokerUnavailableException} when none came.
 */
public final class RateSemaphore {
    private static final Logger log = LoggerFactory.getLogger(RateSemaphore.class);
    private static final int LONGEST_SCOPE = 1024;

    private final Permits broker;
    private final String scope;
    private final int permits;
    private final InstantSource time;

    private RateSemaphore(Permits broker, String scope, int permits, InstantSource time) {
        this.broker = Objects.requireNonNull(broker, "broker");
        this.scope = Objects.requireNonNull(scope, "scope");
        this.permits = permits;
        this.time = Objects.requireNonNull(time, "time");
        if (scope.isBlank() || scope.length() > LONGEST_SCOPE) {
            throw new IllegalArgumentException("scope must not be blank, and have at most " + LONGEST_SCOPE
                    + " characters: \"" + scope.substring(0, Math.min(64, scope.length())) + '"');
        }
        if (permits < 1) {
            throw new IllegalArgumentException("permits must be at least 1: " + permits);
        }
    }

    /**
     * A semaphore that lives by the system's clock.
     *
     * @param scope its name, which all who share it know
     * @param permits how many there are; who shares a scope should agree on that
     */
    public static RateSemaphore of(Permits broker, String scope, int permits) {
        return of(broker, scope, permits, InstantSource.system());
    }

    /** Like {@link #of(Permits, String, int)}, with a time that tests control. */
    public static RateSemaphore of(Permits broker, String scope, int permits, InstantSource time) {
        return new RateSemaphore(broker, scope, permits, time);
    }

    /**
     * Takes a permit until {@link #release}, or the attempt's deadline. A task that has one already, from an attempt whose
     * server died perhaps, keeps it.
     *
     * @return whether the task has one now; does not wait for one to be free
     */
    public boolean acquire(TaskContext context) {
        return Await.answer(broker.acquirePermit(scope, context.taskId(), permits, context.deadline(), time.instant()));
    }

    /**
     * Gives the permit back. One that a later attempt at the task has by now, with a later deadline, is left alone.
     *
     * @return whether it was given back; it was not when its deadline has passed and somebody else took it
     */
    public boolean release(TaskContext context) {
        return Await.answer(broker.releasePermit(scope, context.taskId(), context.deadline()));
    }

    /**
     * Takes a permit, or leaves the task for later: nothing is counted and no retry is used up. To be closed by the handler
     * when it does not need the permit any more, which throws nothing: a permit that cannot be given back is free after the
     * deadline.
     *
     * @param delay how long to wait before the task is tried again
     * @throws SnoozeException when there is none; the handler lets it pass
     */
    public Handle acquireOrSnooze(TaskContext context, Duration delay) {
        if (!acquire(context)) {
            throw new SnoozeException(delay);
        }
        return () -> giveBack(context);
    }

    /**
     * Has every task of a router take a permit before its handler, or else be left for later, and gives it back when the work
     * has ended.
     *
     * @param delay how long to wait before a task is tried again that got none
     */
    public Middleware snoozing(Duration delay) {
        return next -> (task, context) -> {
            var permit = acquireOrSnooze(context, delay);
            try {
                return next.handle(task, context).whenComplete((value, failure) -> giveBackLater(context));
            } catch (Throwable failure) {
                permit.close();
                throw failure;
            }
        };
    }

    private void giveBack(TaskContext context) {
        try {
            release(context);
        } catch (TaskException failed) {
            warn(context, failed);
        }
    }

    /** On whatever thread the work has ended, so without waiting. */
    private void giveBackLater(TaskContext context) {
        broker.releasePermit(scope, context.taskId(), context.deadline()).whenComplete((had, failure) -> {
            if (failure != null) {
                warn(context, failure);
            }
        });
    }

    private void warn(TaskContext context, Throwable why) {
        log.warn("the permit of {} that {} has is free after its deadline only", scope, context.taskId(), why);
    }
}
