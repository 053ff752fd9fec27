package io.asynq4j.jedis;

import io.asynq4j.redis.port.ServerVersion;
import io.asynq4j.redis.port.Timeouts;
import io.asynq4j.task.BrokerUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;

/** Opens a port, and leaves nothing behind where that fails. */
final class Opening {
    private Opening() {}

    /**
     * Connects, logs in, and answers a port.
     *
     * <p>That happens on a thread of its own: looking up a name, TLS and logging in have limits of their own, or none, and
     * what is late is closed when it comes.
     *
     * @param servers finds the servers; closed with the port
     * @param shown the URI without its secrets, for messages
     * @throws BrokerUnavailableException when that takes longer than the connect timeout, or Redis refuses
     */
    static JedisPort port(Supplier<Servers> servers, String shown, Timeouts timeouts) {
        var opened = new CompletableFuture<Servers>();
        var opener = new Thread(() -> open(servers, opened), "asynq4j-jedis-opening");
        opener.setDaemon(true);
        opener.start();
        try {
            var found = opened.get(timeouts.connect().toNanos(), TimeUnit.NANOSECONDS);
            return new JedisPort(found, timeouts.command());
        } catch (ExecutionException failed) {
            var cause = failed.getCause() == null ? failed : failed.getCause();
            throw unavailable(shown, explained(Reason.of(cause), shown), cause);
        } catch (TimeoutException late) {
            throw givenUp(opened, shown, explained(Reason.LATE, shown), late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw givenUp(opened, shown, "interrupted", interrupted);
        }
    }

    private static void open(Supplier<Servers> servers, CompletableFuture<Servers> opened) {
        Servers found = null;
        try {
            found = servers.get();
            try (var line = found.line(Servers.ANY)) {
                line.connection().executeCommand(Commands.of("PING"));
                refuseOld(line.connection());
            }
            if (!opened.complete(found)) {
                found.close();
            }
        } catch (Throwable failed) { // LinkageErrors of another Jedis too
            if (found != null) {
                found.close();
            }
            opened.completeExceptionally(failed);
        }
    }

    /** A server that does not let itself be asked for its version is not refused. */
    private static void refuseOld(Connection connection) {
        Object info;
        try {
            info = connection.executeCommand(Commands.of(ServerVersion.QUESTION, false));
        } catch (JedisDataException notAllowed) {
            return;
        }
        if (info instanceof byte[] text) {
            ServerVersion.objection(new String(text, StandardCharsets.UTF_8)).ifPresent(objection -> {
                throw new JedisDataException(objection);
            });
        }
    }

    private static BrokerUnavailableException givenUp(
            CompletableFuture<Servers> opened, String shown, String reason, Exception cause) {
        if (!opened.cancel(false) && !opened.isCompletedExceptionally()) {
            opened.join().close(); // it came at the last moment
        }
        return unavailable(shown, reason, cause);
    }

    private static String explained(String reason, String shown) {
        boolean tls = shown.startsWith("rediss");
        if (reason.equals(Reason.CLOSED)) {
            return reason + (tls ? " (it may want to see a certificate)" : " (a port for TLS needs rediss://)");
        }
        return reason.equals(Reason.LATE) && tls ? reason + " (a plain port does not answer to TLS)" : reason;
    }

    private static BrokerUnavailableException unavailable(String shown, String reason, Throwable cause) {
        return new BrokerUnavailableException("cannot connect to Redis at " + shown + ": " + reason, cause);
    }
}
