package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.inspect.Inspector;
import io.asynq4j.micrometer.ClientMetrics;
import io.asynq4j.micrometer.MetricsServer;
import io.asynq4j.micrometer.QueueMetrics;
import io.asynq4j.micrometer.ServerMetrics;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Tells Prometheus of clients, servers and queues. */
final class MetricsSample implements AutoCloseable {
    private final TaskServer server;
    private final TaskClient client;
    private final MetricsServer metrics;

    private MetricsSample(TaskServer server, TaskClient client, MetricsServer metrics) {
        this.server = server;
        this.client = client;
        this.metrics = metrics;
    }

    static MetricsSample open(Broker broker, TaskRouter router) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        QueueMetrics.of(Inspector.of(broker)).registerWith(registry.getPrometheusRegistry());
        var server =
                TaskServer.builder(broker).observer(ServerMetrics.of(registry)).build();
        var client = TaskClient.builder(broker).use(ClientMetrics.of(registry)).build();
        var metrics = MetricsServer.builder(registry).open(); // http://127.0.0.1:9876/metrics
        server.start(router);
        return new MetricsSample(server, client, metrics);
    }

    TaskClient client() {
        return client;
    }

    MetricsServer metrics() {
        return metrics;
    }

    @Override
    public void close() {
        metrics.close();
        server.close();
        client.close();
    }
}
