package io.asynq4j.server;

import io.asynq4j.time.SystemTime;
import io.asynq4j.time.Timekeeper;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The time and the threads of a server: those it was handed, which it leaves alone, and those it opens and closes itself. */
final class Resources {
    private final @Nullable SystemTime ownTime;
    private final Timekeeper time;
    private final @Nullable Executor handedLoops;
    private final @Nullable Executor handedHandlers;
    private final RandomGenerator random;

    private @Nullable EngineThreads ownLoops;
    private EngineThreads.@Nullable ForHandlers ownHandlers;

    private Resources(Builder builder) {
        ownTime = builder.time == null ? SystemTime.open() : null;
        time = builder.time == null ? Objects.requireNonNull(ownTime) : builder.time;
        handedLoops = builder.loops;
        handedHandlers = builder.handlers;
        random = builder.random;
    }

    Timekeeper time() {
        return time;
    }

    Instant instant() {
        return time.instant();
    }

    /** Starts what threads there need to be. Called once. */
    Engine.Surroundings open() {
        Loop.Threads loops;
        if (handedLoops == null) {
            ownLoops = new EngineThreads();
            loops = ownLoops;
        } else {
            loops = role -> handedLoops;
        }
        Executor handlers = handedHandlers;
        if (handlers == null) {
            ownHandlers = EngineThreads.ForHandlers.open();
            handlers = ownHandlers.executor();
        }
        return new Engine.Surroundings(time, loops, handlers, random);
    }

    /** Lets go of what was opened; handlers that still run are not waited for. */
    void close() {
        if (ownHandlers != null) {
            ownHandlers.close().run();
        }
        if (ownLoops != null) {
            ownLoops.close();
        }
        if (ownTime != null) {
            ownTime.close();
        }
    }

    /** What the user has handed in. */
    static final class Builder {
        private @Nullable Timekeeper time;
        private @Nullable Executor loops;
        private @Nullable Executor handlers;
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

        void time(Timekeeper time) {
            this.time = Objects.requireNonNull(time, "time");
        }

        void loops(Executor executor) {
            this.loops = Objects.requireNonNull(executor, "loop executor");
        }

        void handlers(Executor executor) {
            this.handlers = Objects.requireNonNull(executor, "handler executor");
        }

        void random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
        }

        Resources build() {
            return new Resources(this);
        }
    }
}
