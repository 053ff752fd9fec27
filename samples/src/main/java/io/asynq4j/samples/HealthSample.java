package io.asynq4j.samples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.asynq4j.server.ServerHealth;
import io.asynq4j.server.TaskServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** Answers the probes of Kubernetes with the health of a server. */
public final class HealthSample {
    private HealthSample() {}

    /** The probes, listening on {@code port}; 0 is any. To be stopped after the server was closed. */
    static HttpServer probes(TaskServer server, int port) throws IOException {
        var http = HttpServer.create(new InetSocketAddress(port), 0);
        http.createContext("/live", exchange -> answer(exchange, server.health(), ServerHealth::live));
        http.createContext("/ready", exchange -> answer(exchange, server.health(), ServerHealth::ready));
        http.start();
        return http;
    }

    private static void answer(HttpExchange exchange, ServerHealth health, Predicate<ServerHealth> well)
            throws IOException {
        var problems = String.join("\n", health.problems()).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(well.test(health) ? 200 : 503, problems.length == 0 ? -1 : problems.length);
        exchange.getResponseBody().write(problems);
        exchange.close();
    }
}
