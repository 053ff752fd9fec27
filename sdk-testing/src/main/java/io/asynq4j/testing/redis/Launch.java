package io.asynq4j.testing.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server to be started: the range of ports it may take, and what it is told.
 *
 * @param settings arguments for the server, names and values in turn
 */
record Launch(Kind kind, List<String> settings) {
    static final String HOST = "127.0.0.1";

    private static final String SOCKET = "redis.sock";
    private static final int PORTS = 10_000;

    /** What the server is to be. The ports are below those that systems hand out to clients, so that those are not in the way. */
    enum Kind {
        SERVER(20_000),
        /** Takes the port 10,000 above its own too. */
        CLUSTER_NODE(12_000),
        SENTINEL(20_000);

        private final int firstPort;

        Kind(int firstPort) {
            this.firstPort = firstPort;
        }
    }

    Launch {
        settings = List.copyOf(settings);
    }

    /** A port to try, the {@code n}th of many. */
    int port(int n) {
        int ports = kind == Kind.CLUSTER_NODE ? PORTS * 8 / 10 : PORTS;
        return kind.firstPort + Math.floorMod(n, ports);
    }

    /** The words that start it; may write files into {@code folder}. */
    List<String> command(Path executable, Path folder, int port) throws IOException {
        var all = new ArrayList<>(List.of("--bind", HOST, "--dir", folder.toString()));
        all.addAll(List.of("--unixsocket", folder.resolve(SOCKET).toString()));
        all.addAll(List.of("--port", Integer.toString(isTls() ? 0 : port)));
        if (isTls()) {
            all.addAll(List.of("--tls-port", Integer.toString(port), "--tls-replication", "yes"));
        }
        if (kind == Kind.SENTINEL) {
            all.addAll(settings);
            return List.of(
                    executable.toString(),
                    file(folder.resolve("sentinel-" + port + ".conf"), all).toString(),
                    "--sentinel");
        }
        all.addAll(List.of("--save", "", "--appendonly", "no"));
        if (kind == Kind.CLUSTER_NODE) {
            all.addAll(List.of("--cluster-enabled", "yes", "--tls-cluster", isTls() ? "yes" : "no"));
        }
        all.addAll(settings); // later, so that they win
        all.add(0, executable.toString());
        return all;
    }

    /** Where the server can be talked to without TLS. */
    static Path socket(Path folder) {
        return folder.resolve(SOCKET);
    }

    /** Whether the port is for TLS and nothing else. */
    boolean isTls() {
        return settings.contains("--tls-cert-file") && !settings.contains("--tls-port");
    }

    /** Whether any server will do. */
    boolean isPlain() {
        return kind == Kind.SERVER && settings.isEmpty();
    }

    /** Whether a server will do whose ports and files are not those of this machine. */
    boolean fitsProviders() {
        return kind == Kind.SERVER && settings.stream().noneMatch(word -> word.startsWith("/"));
    }

    /** The password of the default user. */
    @Nullable
    String password() {
        int at = settings.lastIndexOf("--requirepass");
        return at < 0 ? null : settings.get(at + 1);
    }

    /** Sentinels keep what they learn in their file, which there has to be one of. */
    private static Path file(Path file, List<String> settings) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(
                    file,
                    settings.stream()
                            .map(word -> word.startsWith("--") ? "\n" + word.substring(2) : " " + word)
                            .collect(Collectors.joining())
                            .strip());
        }
        return file;
    }
}
