package io.asynq4j.cli;

import io.asynq4j.micrometer.MetricsServer;
import io.asynq4j.micrometer.QueueMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "metrics",
        description = {
            "Serves metrics of all queues to Prometheus, under asynq's names, until Ctrl-C.",
            "An address that others can reach needs --user, with the password in ASYNQ4J_METRICS_PASSWORD."
        })
final class MetricsCommand implements Callable<Integer> {
    private static final String PASSWORD = "ASYNQ4J_METRICS_PASSWORD";
    private static final Duration LONG = Duration.ofDays(36_500);

    private final Asynq4j program;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Default: this machine's loopback address.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "N", description = "0 is any that is free. Default: 9876.")
    private int port = MetricsServer.DEFAULT_PORT;

    @Option(names = "--path", paramLabel = "PATH", description = "Default: /metrics.")
    private String path = MetricsServer.DEFAULT_PATH;

    @Option(names = "--user", paramLabel = "NAME", description = "Serve only who knows this name and the password.")
    private @Nullable String user;

    @Option(names = "--for", paramLabel = "LENGTH", converter = Durations.class, description = "Stop after so long.")
    private Duration length = LONG;

    MetricsCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        QueueMetrics.of(program.inspector()).registerWith(registry.getPrometheusRegistry());
        try (var server = settings(registry).open()) {
            var tree = new LinkedHashMap<String, Object>();
            tree.put("uri", server.uri().toString());
            program.output().show(tree, () -> List.of("Metrics of " + program.where() + " are at " + server.uri()));
            Waiting.until(program.time(), length);
        } catch (UncheckedIOException taken) {
            throw new CommandException(Exit.FAILED, String.valueOf(taken.getMessage()));
        } catch (IllegalStateException open) {
            throw CommandException.usage(String.valueOf(open.getMessage()));
        } finally {
            registry.close();
        }
        return Exit.OK;
    }

    private MetricsServer.Builder settings(PrometheusMeterRegistry registry) {
        var settings = MetricsServer.builder(registry).port(port).path(path);
        if (host != null) {
            settings.address(host);
        }
        if (user != null) {
            var password = program.around().environment().get(PASSWORD);
            if (password == null) {
                throw CommandException.usage("--user needs a password in " + PASSWORD);
            }
            settings.credentials(user, password);
        }
        return settings;
    }
}
