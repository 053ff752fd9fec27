package io.asynq4j.client;

import io.asynq4j.spi.Signals;
import io.asynq4j.spi.Submission;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/** Describes a client. Every setting has a default; a wrong value is refused at once. Used by one thread. */
public final class TaskClientBuilder {
    /** As much as every broker is tested with; a task crosses the wire at least twice, and Redis does nothing else meanwhile. */
    static final int DEFAULT_MAX_PAYLOAD = 10 * 1024 * 1024;

    /** What Redis itself takes for one value. */
    private static final int MOST = 512 * 1024 * 1024;

    private final Submission broker;
    private final Signals signals;
    private InstantSource time = InstantSource.system();
    private Supplier<String> ids = () -> UUID.randomUUID().toString();
    private int maxPayload = DEFAULT_MAX_PAYLOAD;
    private final List<EnqueueMiddleware> middleware = new ArrayList<>();

    TaskClientBuilder(Submission broker, Signals signals) {
        this.broker = Objects.requireNonNull(broker, "submission");
        this.signals = signals;
    }

    /** Where the client gets its time. Default: the system's clock. */
    public TaskClientBuilder time(InstantSource time) {
        this.time = Objects.requireNonNull(time, "time");
        return this;
    }

    /** Where tasks without an id of their own get it: another each time, for many threads. Default: random UUIDs. */
    public TaskClientBuilder ids(Supplier<String> ids) {
        this.ids = Objects.requireNonNull(ids, "ids");
        return this;
    }

    /**
     * The largest payload to take, in bytes, from 0 to 512 MiB; a larger one is refused with {@link IllegalArgumentException}.
     * From 64 KiB on a warning is logged, once for each type of task. Default 10 MiB.
     */
    public TaskClientBuilder maxPayload(int bytes) {
        if (bytes < 0 || bytes > MOST) {
            throw new IllegalArgumentException("max payload must be from 0 to " + MOST + " bytes: " + bytes);
        }
        maxPayload = bytes;
        return this;
    }

    /** Puts {@code around} around everything that is enqueued; of several the first is outermost. Default: nothing. */
    public TaskClientBuilder use(EnqueueMiddleware... around) {
        middleware.addAll(List.of(around));
        return this;
    }

    /** The client. */
    public TaskClient build() {
        return new TaskClient(broker, signals, time, ids, new PayloadGuard(maxPayload), List.copyOf(middleware));
    }
}
