package io.asynq4j.spi;

/**
 * Where tasks live: all that a backend does, in terms of tasks. The parts of the engine take the narrow roles that this is
 * the sum of.
 *
 * <p>Safe for use by many threads. Methods that answer a stage do not block, unless {@link #blocking()}; the others wait
 * for the broker's answer, are called on threads of the engine's own, and throw
 * {@link io.asynq4j.task.BrokerUnavailableException} when no answer came in time. Time always comes from the caller.
 *
 * <p>Whoever opens a broker closes it, after the clients and servers that use it.
 */
public interface Broker
        extends Submission,
                Fetching,
                Settlement,
                Upkeep,
                Grouping,
                Presence,
                Signals,
                Results,
                Permits,
                Schedules,
                Checkup,
                WakeUps,
                AutoCloseable {
    /** Whether methods that answer a stage may block their caller all the same. */
    boolean blocking();

    /** Looking at what is there, and moving it by hand. The same object each time; it ends with the broker. */
    Inspection inspection();

    /** Finding what is wrong, and mending it. The same object each time; it ends with the broker. */
    Examination examination();

    /**
     * Asks the broker for a sign of life.
     *
     * @throws io.asynq4j.task.BrokerUnavailableException when there is none
     */
    void ping();

    /** Lets go of connections and threads. Safe to call twice. */
    @Override
    void close();
}
