package io.asynq4j.server;

import io.asynq4j.spi.WakeUps;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The watch of a server while it runs; before and after that nothing is told. */
final class Watching implements WakeUps.Watch {
    private volatile WakeUps.@Nullable Watch watch;

    void start(WakeUps broker, Runnable pending, Runnable due) {
        watch = broker.watch(pending, due);
    }

    @Override
    public WakeUps.Outlook pending(Collection<String> queues) {
        var open = watch;
        return open == null ? WakeUps.Outlook.UNTOLD : open.pending(queues);
    }

    @Override
    public Optional<Map<String, Instant>> due(Collection<String> queues) {
        var open = watch;
        return open == null ? Optional.empty() : open.due(queues);
    }

    @Override
    public void close() {
        var open = watch;
        watch = null;
        if (open != null) {
            open.close();
        }
    }
}
