package io.asynq4j.micrometer;

import io.asynq4j.inspect.Inspector;
import io.micrometer.core.instrument.Clock;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.Objects;

/**
 * What is in the queues of a whole fleet, for Prometheus, under the names that asynq's own exporter has, so that its boards work.
 * The queues are looked at once for each scrape, and nothing is remembered between two of them. One queue that cannot be looked
 * at does not hide the others.
 *
 * <p>Micrometer would change these names, of which two are gauges that end in {@code _total}; so this is a collector of
 * Prometheus' own, beside Micrometer's meters in the same registry. Safe for use by many threads: scrapes at the same time share
 * one look.
 */
public final class QueueMetrics implements MultiCollector {
    /** How long a scrape waits for the broker, unless told otherwise. Prometheus itself gives up after 10 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(8);

    /** The most queues that are told of; further ones, in the order of their names, are left out and counted. */
    public static final int MOST_QUEUES = 1_000;

    private final Collection collection;

    private QueueMetrics(Collection collection) {
        this.collection = collection;
    }

    /** Metrics of the queues that {@code inspector} knows. */
    public static QueueMetrics of(Inspector inspector) {
        return of(inspector, DEFAULT_TIMEOUT);
    }

    /**
     * Metrics of the queues that {@code inspector} knows.
     *
     * @param timeout how long a scrape waits for the broker; what has not come then is missing in it. With a broker that is
     *     {@link io.asynq4j.spi.Broker#blocking}, one command longer
     */
    public static QueueMetrics of(Inspector inspector, Duration timeout) {
        Objects.requireNonNull(inspector, "inspector");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be more than zero: " + timeout);
        }
        return new QueueMetrics(new Collection(inspector.async(), timeout, Clock.SYSTEM));
    }

    /** Adds this to {@code registry}, which for Micrometer is {@code PrometheusMeterRegistry.getPrometheusRegistry()}. */
    public void registerWith(PrometheusRegistry registry) {
        registry.register(this);
    }

    @Override
    public MetricSnapshots collect() {
        return Families.of(collection.collect());
    }
}
