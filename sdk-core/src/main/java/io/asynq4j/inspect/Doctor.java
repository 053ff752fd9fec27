package io.asynq4j.inspect;

import io.asynq4j.spi.Ailment;
import io.asynq4j.spi.Await;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Finding;
import io.asynq4j.task.QueueNotFoundException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds what is wrong with queues, and mends it: what other programs' crashes, evictions and people's hands have left. Queues may
 * be at work meanwhile. It looks at everything there is, in bounded steps, so it is for people to ask for now and then.
 *
 * <p>Safe for use by many threads. Methods block until the broker has answered, and throw
 * {@link io.asynq4j.task.BrokerUnavailableException} when no answer came. There is nothing to close.
 */
public final class Doctor {
    /** How far clocks may be apart: that of whoever asks, and the broker's. */
    public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private final Broker broker;
    private final InstantSource time;

    private Doctor(Broker broker, InstantSource time) {
        this.broker = broker;
        this.time = time;
    }

    /** Examines {@code broker}, by the system's clock. */
    public static Doctor of(Broker broker) {
        return of(broker, InstantSource.system());
    }

    /** Examines {@code broker}, by {@code time}, which tests control. */
    public static Doctor of(Broker broker, InstantSource time) {
        return new Doctor(broker, time);
    }

    /** What is wrong with all queues, and with the broker itself, telling nobody how far it has got. */
    public List<Finding> examine() {
        return examine(Progress.IGNORED);
    }

    /**
     * What is wrong with all queues, and with the broker itself.
     *
     * @param progress told how many things were looked at; nobody knows how many there are, so its total is the same
     */
    public List<Finding> examine(Progress progress) {
        var findings = new ArrayList<>(setup());
        var before = new AtomicLong();
        for (var queue : Await.answer(broker.inspection().queues())) {
            findings.addAll(examine(queue, before, progress));
        }
        return findings;
    }

    /**
     * What is wrong with one queue.
     *
     * @throws QueueNotFoundException when it is not known
     */
    public List<Finding> examine(String queue, Progress progress) {
        return examine(queue, new AtomicLong(), progress);
    }

    /**
     * Mends what was found, if it is still so.
     *
     * @return whether it was mended; false for what is not so any more, and for what only people can mend
     */
    public boolean mend(Finding finding) {
        return finding.ailment().isMendable()
                && Await.answer(broker.examination().mend(finding, time.instant()));
    }

    private List<Finding> examine(String queue, AtomicLong before, Progress progress) {
        long start = before.get();
        return Await.answer(broker.examination()
                .examine(
                        queue,
                        looked -> {
                            before.set(start + looked);
                            progress.reached(start + looked, start + looked);
                        },
                        time.instant()));
    }

    private List<Finding> setup() {
        var findings = new ArrayList<Finding>();
        var before = time.instant();
        var clock = broker.clock();
        var after = time.instant();
        var early = Duration.between(clock, before);
        var late = Duration.between(after, clock);
        if (early.compareTo(CLOCK_TOLERANCE) > 0 || late.compareTo(CLOCK_TOLERANCE) > 0) {
            var apart = early.isNegative() ? late : early;
            findings.add(new Finding(
                    "",
                    Ailment.CLOCK,
                    "the broker's clock",
                    (early.isNegative() ? "ahead of" : "behind") + " this machine's by " + apart.toMillis() + " ms"));
        }
        broker.warnings().forEach(warning -> findings.add(new Finding("", Ailment.SETUP, "the broker", warning)));
        return findings;
    }
}
