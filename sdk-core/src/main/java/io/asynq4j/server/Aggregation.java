package io.asynq4j.server;

import io.asynq4j.handler.Aggregator;
import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.Grouping;
import io.asynq4j.spi.Grouping.Finished;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One set on its way to becoming a task: read, handed to the user's code, and finished, or else given back. The broker decides
 * whether it becomes a task, once, so whatever goes wrong here loses and doubles nothing.
 */
final class Aggregation implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Aggregation.class);

    private final AggregationSet set;
    private final GroupKey group;
    private final Means means;
    private final Executor executor;
    private final Consumer<Aggregation> ended;

    private final Object lock = new Object(); // guards the fields below, held for a few instructions only
    private @Nullable Thread worker;
    private boolean abandoned;

    /** What an aggregation needs of its server. */
    record Means(Grouping broker, Aggregator aggregator, Setbacks setbacks, Timekeeper time, RandomGenerator random) {}

    /**
     * @param executor to go on when the broker did not answer
     * @param ended told once, when there is nothing left to do
     */
    Aggregation(AggregationSet set, Means means, Executor executor, Consumer<Aggregation> ended) {
        this.set = set;
        this.group = new GroupKey(set.queue(), set.group());
        this.means = means;
        this.executor = executor;
        this.ended = ended;
    }

    @Override
    public void run() {
        Written result;
        try {
            result = aggregate();
        } catch (Throwable failure) { // Errors too: the members are to be tried again whatever it was
            failed(failure);
            ended.accept(this);
            Runner.rethrowIfDying(failure);
            return;
        }
        if (result == null) {
            ended.accept(this);
        } else {
            finish(result, 0);
        }
    }

    /** Stops this: interrupts the user's code, and gives the set back. */
    void abandon() {
        synchronized (lock) {
            abandoned = true;
        }
        interrupt();
        giveBack();
    }

    /** What takes the place of how many members. */
    private record Written(Task task, int members) {}

    /** What the user's code made of the set; null when there is nothing to be made of it. */
    private @Nullable Written aggregate() throws Exception {
        var members = means.broker.members(set, now()).orElse(null);
        if (members == null) {
            log.debug("the set of group {} is not staged any more", group);
            return null;
        }
        if (members.isEmpty()) {
            giveBack(); // which drops it
            return null;
        }
        var task = callAggregator(members.stream().map(TaskMessage::task).toList());
        if (task == null) {
            throw new IllegalStateException("the aggregator has answered no task");
        }
        return new Written(task, members.size());
    }

    private @Nullable Task callAggregator(List<Task> tasks) throws Exception {
        var alarm = means.time.after(Duration.between(now(), set.deadline()), this::interrupt);
        enter();
        try {
            return means.aggregator.aggregate(set.group(), tasks);
        } finally {
            exit();
            alarm.close();
        }
    }

    private void finish(Written result, int unanswered) {
        try {
            var finished = isAbandoned() ? Finished.NOT_STAGED : tryFinish(result);
            if (finished == Finished.UNKNOWN && now().isBefore(set.deadline())) {
                again(result, unanswered + 1);
                return;
            }
            report(finished, result, unanswered);
        } catch (RuntimeException refused) {
            failed(refused);
        }
        ended.accept(this);
    }

    private Finished tryFinish(Written result) {
        var placement = placement(result.task);
        try {
            return means.broker.finish(set, result.members, placement, now());
        } catch (BrokerUnavailableException unavailable) {
            log.debug("the task of group {} is not stored yet: {}", group, unavailable.getMessage());
            return Finished.UNKNOWN;
        }
    }

    /** Asking again is safe, see {@link Grouping#finish}. */
    private void again(Written result, int unanswered) {
        means.time.after(Backoff.after(unanswered, means.random), () -> {
            try {
                executor.execute(() -> finish(result, unanswered));
            } catch (RejectedExecutionException closing) {
                ended.accept(this); // the set goes back when its deadline has passed
            }
        });
    }

    private void report(Finished finished, Written result, int unanswered) {
        switch (finished) {
            case WRITTEN -> {
                means.setbacks.succeeded(group);
                log.debug("made {} tasks of group {} into one", result.members, group);
            }
            case ID_TAKEN -> failed(new IllegalStateException("the id of its task is taken"));
            case LOCK_HELD -> failed(new IllegalStateException("the unique lock of its task is held"));
            case NOT_STAGED, UNKNOWN -> {
                if (!isAbandoned() && unanswered == 0) {
                    log.warn(
                            "the task of group {} comes too late; its {} members are back in the group",
                            group,
                            result.members);
                }
            }
        }
    }

    private void failed(Throwable failure) {
        if (isAbandoned()) {
            return;
        }
        var wait = means.setbacks.failed(group);
        giveBack();
        log.warn("group {} could not be aggregated and is left alone for {} s", group, wait.toSeconds(), failure);
    }

    private void giveBack() {
        try {
            means.broker.giveBack(set, now());
        } catch (BrokerUnavailableException unavailable) {
            log.debug("the set of group {} goes back at its deadline: {}", group, unavailable.getMessage());
        }
    }

    private Placement placement(Task task) {
        var call = Options.defaults().queue(set.queue());
        return Placement.of(task, task.options().taskId().isPresent() ? call : call.taskId(set.id()), now());
    }

    private Instant now() {
        return means.time.instant();
    }

    private boolean isAbandoned() {
        synchronized (lock) {
            return abandoned;
        }
    }

    private void enter() {
        synchronized (lock) {
            worker = Thread.currentThread();
            if (abandoned) {
                worker.interrupt();
            }
        }
    }

    /** Any late interruption is taken back. */
    private void exit() {
        synchronized (lock) {
            worker = null;
            Thread.interrupted();
        }
    }

    private void interrupt() {
        synchronized (lock) {
            if (worker != null) {
                worker.interrupt();
            }
        }
    }
}
