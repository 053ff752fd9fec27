package io.asynq4j.server;

import io.asynq4j.spi.Checkup;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of what endangers tasks: a broker set up for something else, or a clock that is not the broker's. */
final class Examiner implements Loop.Turn {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final Checkup broker;
    private final Duration interval;
    private final Timekeeper time;

    private boolean warned; // of the broker; used by turns only, like the next
    private boolean apart;

    Examiner(Checkup broker, Settings settings, Timekeeper time) {
        this.broker = broker;
        this.interval = settings.lease().heartbeat();
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        if (!warned) {
            broker.warnings().forEach(log::warn);
            warned = true;
        }
        compareClocks();
        return interval;
    }

    /** The broker's clock is taken to have been read halfway between question and answer. */
    private void compareClocks() {
        var asked = time.instant();
        var theirs = broker.clock();
        var ours = asked.plus(Duration.between(asked, time.instant()).dividedBy(2));
        var offset = Duration.between(theirs, ours);
        var now = offset.abs().compareTo(TOLERANCE) > 0;
        if (now && !apart) {
            log.warn(
                    "this machine's clock is {} ms ahead of the broker's: tasks start and leases end by it;"
                            + " beyond the lease allowance healthy tasks are run twice",
                    offset.toMillis());
        } else if (apart && !now) {
            log.info("this machine's clock and the broker's agree again");
        }
        apart = now;
    }
}
