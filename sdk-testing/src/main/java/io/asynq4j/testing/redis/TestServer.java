package io.asynq4j.testing.redis;

import io.asynq4j.time.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One running Redis for tests, and what can be done to it. Made by a {@link Provider}, and used by one thread at a time but for
 * its address.
 */
public interface TestServer extends AutoCloseable {
    String host();

    int port();

    /** The Unix socket, where there is one that this process could use. */
    Optional<Path> socket();

    /** Whether it has been started and not been stopped since. */
    boolean isRunning();

    /** Ends it as kill -9 does; without effect when it has ended. */
    void stop();

    /** Ends it, if it runs, and starts it on the same port. It may take connections a moment later only. */
    void restart();

    /**
     * Stops it in its tracks until the handle is closed.
     *
     * @throws IllegalStateException when it does not run
     */
    Handle freeze();

    /** Ends it and leaves nothing behind. Safe to call twice. */
    @Override
    void close();

    /**
     * Starts servers from where {@link RedisForTests} does not look by itself, such as a container engine. Found by {@link
     * java.util.ServiceLoader}, and asked before the binary that comes with embedded-redis.
     */
    interface Provider {
        /** Where they come from, for messages. */
        String name();

        /**
         * Starts one on a port of 127.0.0.1.
         *
         * @param settings arguments for the server, names and values in turn; none of them names a file
         * @throws IOException with the reason when that is not possible here
         */
        TestServer start(List<String> settings) throws IOException;
    }
}
