package io.asynq4j.testing;

import io.asynq4j.spi.WakeUps;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A watch that cannot tell while its broker is away. */
final class FaultyWatch implements WakeUps.Watch {
    private final WakeUps.Watch watch;
    private final BooleanSupplier answers;

    FaultyWatch(WakeUps.Watch watch, BooleanSupplier answers) {
        this.watch = watch;
        this.answers = answers;
    }

    @Override
    public WakeUps.Outlook pending(Collection<String> queues) {
        return answers.getAsBoolean() ? watch.pending(queues) : WakeUps.Outlook.UNTOLD;
    }

    @Override
    public Optional<Map<String, Instant>> due(Collection<String> queues) {
        return answers.getAsBoolean() ? watch.due(queues) : Optional.empty();
    }

    @Override
    public void close() {
        watch.close();
    }
}
