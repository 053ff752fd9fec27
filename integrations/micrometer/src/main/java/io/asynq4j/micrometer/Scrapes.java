package io.asynq4j.micrometer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers scrapes, in Prometheus' text format. */
final class Scrapes implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final String path;
    private final @Nullable Credentials credentials;

    /** @param credentials whom to answer only; null for everybody */
    Scrapes(PrometheusMeterRegistry registry, String path, @Nullable Credentials credentials) {
        this.registry = registry;
        this.path = path;
        this.credentials = credentials;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange);
        } catch (RuntimeException failed) { // which the server would swallow
            log.error("a scrape failed", failed);
            throw failed;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (credentials != null
                && !credentials.match(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"asynq4j\"");
            exchange.sendResponseHeaders(401, -1);
        } else if (!exchange.getRequestURI().getPath().equals(path)) {
            exchange.sendResponseHeaders(404, -1);
        } else if (exchange.getRequestMethod().equals("GET")) {
            var text = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", TEXT);
            exchange.sendResponseHeaders(200, text.length == 0 ? -1 : text.length);
            exchange.getResponseBody().write(text);
        } else {
            exchange.getResponseHeaders().set("Allow", "GET");
            exchange.sendResponseHeaders(405, -1);
        }
    }
}
