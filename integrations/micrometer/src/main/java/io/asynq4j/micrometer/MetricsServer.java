package io.asynq4j.micrometer;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves metrics to Prometheus, by plain HTTP: on the loopback address of this machine, unless it is told another one and
 * credentials for it.
 *
 * <p>Safe for use by many threads. It has threads of its own until it is closed; the registry stays open.
 */
public final class MetricsServer implements AutoCloseable {
    /** The port of asynq's own exporter. */
    public static final int DEFAULT_PORT = 9876;

    /** Where Prometheus looks unless it is told otherwise. */
    public static final String DEFAULT_PATH = "/metrics";

    private static final int THREADS = 2;
    private static final int MOST_WAITING = 16;

    private final HttpServer http;
    private final ThreadPoolExecutor threads;
    private final URI uri;

    private MetricsServer(HttpServer http, ThreadPoolExecutor threads, URI uri) {
        this.http = http;
        this.threads = threads;
        this.uri = uri;
    }

    /** Starts describing a server of what is in {@code registry}. */
    public static Builder builder(PrometheusMeterRegistry registry) {
        return new Builder(Objects.requireNonNull(registry, "registry"));
    }

    /** Where the metrics are. */
    public URI uri() {
        return uri;
    }

    /** Serves no more. Does not wait for scrapes under way. Safe to call twice. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    /** Describes a server. A wrong value is refused at once with {@link IllegalArgumentException}. Used by one thread. */
    public static final class Builder {
        private final PrometheusMeterRegistry registry;
        private InetAddress address = InetAddress.getLoopbackAddress();
        private int port = DEFAULT_PORT;
        private String path = DEFAULT_PATH;
        private @Nullable Credentials credentials;

        private Builder(PrometheusMeterRegistry registry) {
            this.registry = registry;
        }

        /** The address to listen on: a name or a number. One that is not loopback needs {@link #credentials}. Default: loopback. */
        public Builder address(String host) {
            try {
                address = InetAddress.getByName(Objects.requireNonNull(host, "host"));
            } catch (UnknownHostException unknown) {
                throw new IllegalArgumentException("unknown address: \"" + host + '"', unknown);
            }
            return this;
        }

        /** The port, from 0 to 65535; 0 is any that is free. Default {@value MetricsServer#DEFAULT_PORT}. */
        public Builder port(int port) {
            if (port < 0 || port > 0xFFFF) {
                throw new IllegalArgumentException("port must be from 0 to 65535: " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * The path, which begins with a slash and has only characters that stand for themselves in a URI: no space, {@code ?}, {@code #}
         * or {@code %}. Default {@value MetricsServer#DEFAULT_PATH}.
         */
        public Builder path(String path) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("a path begins with a slash: \"" + path + '"');
            }
            if (!standsForItself(path)) {
                throw new IllegalArgumentException(
                        "a path has only characters that stand for themselves in a URI: \"" + path + '"');
            }
            this.path = path;
            return this;
        }

        /** Whether requests for {@code path} come with just this path. */
        private static boolean standsForItself(String path) {
            try {
                return path.equals(new URI("http://localhost" + path).getPath());
            } catch (URISyntaxException wrong) {
                return false;
            }
        }

        /**
         * Whom to serve only: whoever knows both, by HTTP's basic authentication. They travel unencrypted; where others can listen in,
         * put something in front that speaks TLS. Default: everybody.
         *
         * @param user not blank, without a colon
         * @param password not blank
         */
        public Builder credentials(String user, String password) {
            credentials = new Credentials(user, password);
            return this;
        }

        /**
         * The server, listening.
         *
         * @throws IllegalStateException when the address is not loopback and there are no credentials
         * @throws UncheckedIOException when it cannot listen there
         */
        public MetricsServer open() {
            if (!address.isLoopbackAddress() && credentials == null) {
                throw new IllegalStateException("listening on " + address.getHostAddress()
                        + ", which others can reach, needs credentials: set them, or listen on 127.0.0.1");
            }
            var wanted = uri(port); // fails, if at all, before anything listens
            try {
                var http = HttpServer.create(new InetSocketAddress(address, port), 0);
                var threads = threads();
                http.setExecutor(threads);
                http.createContext(path, new Scrapes(registry, path, credentials));
                http.start();
                return new MetricsServer(
                        http, threads, port == 0 ? uri(http.getAddress().getPort()) : wanted);
            } catch (IOException failed) {
                throw new UncheckedIOException("cannot listen on " + address.getHostAddress() + ":" + port, failed);
            }
        }

        private URI uri(int port) {
            var host = address.getHostAddress();
            return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + path);
        }

        private static ThreadPoolExecutor threads() {
            return new ThreadPoolExecutor(
                    THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), action -> {
                        var thread = new Thread(action, "asynq4j-metrics");
                        thread.setDaemon(true);
                        return thread;
                    });
        }
    }
}
