package io.asynq4j.testing.redis;

import io.asynq4j.time.Handle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A process of ours, with a folder of its own. */
final class LocalServer implements TestServer {
    private static final int PORTS_TRIED = 50;

    /** Nobody else may fork while a server's file is being written: it could not be run then ("text file busy"). */
    private static final Object STARTING = new Object();

    private static final Random RANDOM = new Random();

    private final Path folder;
    private final Path executable;
    private final Launch launch;
    private final int port;

    private @Nullable RedisProcess process;

    private LocalServer(Path folder, Path executable, Launch launch, int port, RedisProcess process) {
        this.folder = folder;
        this.executable = executable;
        this.launch = launch;
        this.port = port;
        this.process = process;
    }

    /** Starts what {@code finder} finds on a port that is free. */
    static LocalServer start(Source.Finder finder, Launch launch) throws IOException {
        var folder = Files.createTempDirectory("asynq4j-redis-");
        try {
            synchronized (STARTING) {
                var executable = finder.find(folder);
                for (int tries = 0; tries < PORTS_TRIED; tries++) {
                    int port = launch.port(RANDOM.nextInt());
                    var start = RedisProcess.start(launch.command(executable, folder, port), folder);
                    if (start instanceof RedisProcess.Start.Ready ready) {
                        return new LocalServer(folder, executable, launch, port, ready.process());
                    }
                    if (start instanceof RedisProcess.Start.Failed failed) {
                        throw new IOException(failed.reason());
                    }
                }
            }
            throw new IOException("none of " + PORTS_TRIED + " ports was free");
        } catch (IOException | RuntimeException failed) {
            delete(folder);
            throw failed;
        }
    }

    @Override
    public String host() {
        return Launch.HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Optional<Path> socket() {
        return Optional.of(Launch.socket(folder));
    }

    @Override
    public boolean isRunning() {
        return process != null;
    }

    @Override
    public void stop() {
        if (process != null) {
            process.end();
            process = null;
        }
    }

    @Override
    public void restart() {
        stop();
        try {
            var start = RedisProcess.start(launch.command(executable, folder, port), folder);
            if (!(start instanceof RedisProcess.Start.Ready ready)) {
                throw new RedisNotAvailableException("Redis did not start again on port " + port + ": " + start);
            }
            process = ready.process();
        } catch (IOException failed) {
            throw new RedisNotAvailableException("Redis did not start again on port " + port + ": " + failed);
        }
    }

    @Override
    public Handle freeze() {
        if (process == null) {
            throw new IllegalStateException("there is no Redis to freeze");
        }
        var pid = process.pid();
        signal("-STOP", pid);
        return () -> thaw(pid);
    }

    @Override
    public void close() {
        stop();
        delete(folder);
    }

    @Override
    public String toString() {
        return String.valueOf(executable.getFileName());
    }

    private void thaw(long pid) {
        if (process != null && process.pid() == pid) {
            signal("-CONT", pid);
        }
    }

    private static void signal(String signal, long pid) {
        try {
            var kill = new ProcessBuilder("kill", signal, Long.toString(pid)).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill " + signal + " was refused");
            }
        } catch (IOException noSignals) {
            throw new UncheckedIOException("no kill command on this machine", noSignals);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling Redis", interrupted);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        } catch (IOException left) {
            // the system cleans its folder for temporary files
        }
    }
}
