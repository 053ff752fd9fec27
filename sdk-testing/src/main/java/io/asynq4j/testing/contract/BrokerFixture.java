package io.asynq4j.testing.contract;

import io.asynq4j.spi.Broker;
import io.asynq4j.testing.BrokerView;
import java.time.Duration;
import java.time.Instant;

/**
 * An empty broker to be put to one case, what it holds, and its time. Used by one thread, except for the broker.
 *
 * <p>A case passes {@link #now()} to the broker and moves it with {@link #advance}. The fixture of a broker that counts
 * lifetimes by a clock of its own starts at that clock's time, and shortens them all when the case advances.
 */
public interface BrokerFixture extends AutoCloseable {
    Broker broker();

    BrokerView view();

    /** The time of the case, in whole seconds. */
    Instant now();

    /** Moves {@link #now()}, and whatever the broker counts by itself. */
    void advance(Duration duration);

    /** Pauses a queue, as an operator does. */
    void pause(String queue);

    void unpause(String queue);

    /** Whether the broker tells who watches. Default: yes. */
    default boolean tells() {
        return true;
    }

    /** Closes the broker and what the fixture has opened for it. */
    @Override
    void close();
}
