package io.asynq4j.jedis;

import io.asynq4j.redis.port.ServerVersion;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Why Redis could not be reached, in a few words out of all that Jedis throws. */
final class Reason {
    static final String LATE = "no answer in time";
    static final String CLOSED = "the server closed the connection";

    private Reason() {}

    static String of(Throwable failure) {
        var all = all(failure);
        for (var next : all) {
            if (next instanceof SSLException) {
                return text(next).contains("Unsupported or unrecognized SSL message")
                        ? "the server does not speak TLS at this port"
                        : "no TLS: " + text(next);
            }
            if (next instanceof UnknownHostException) {
                return "unknown host";
            }
            if (text(next).contains("does not support HELLO")) {
                return ServerVersion.BEFORE_6;
            }
            if (next instanceof SentinelServers.UnknownMaster) {
                return text(next);
            }
        }
        for (var next : all) {
            if (next instanceof ConnectException || next instanceof JedisDataException) {
                return text(next);
            }
        }
        for (var next : all) {
            if (next instanceof SocketTimeoutException && isHandshake(next)) {
                return "no TLS: the handshake timed out";
            }
            if (next instanceof SocketTimeoutException || next instanceof TimeoutException) {
                return LATE;
            }
            if (next instanceof NoSuchElementException) {
                return "all connections are in use";
            }
            if (next instanceof EOFException || isClosed(next)) {
                return CLOSED;
            }
        }
        return text(all.get(all.size() - 1));
    }

    private static boolean isHandshake(Throwable failure) {
        return Stream.of(failure.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("startHandshake"));
    }

    private static boolean isClosed(Throwable failure) {
        return (failure instanceof JedisConnectionException && text(failure).contains("Unexpected end of stream"))
                || text(failure).contains("Connection reset")
                || text(failure).contains("Broken pipe");
    }

    /** The failure, its causes, and what they have suppressed, which is where Jedis puts the attempts that it made. */
    private static List<Throwable> all(Throwable failure) {
        var all = new ArrayList<Throwable>();
        var left = new ArrayDeque<Throwable>(List.of(failure));
        while (!left.isEmpty() && all.size() < 50) {
            var next = left.remove();
            all.add(next);
            if (next.getCause() != null) {
                left.addFirst(next.getCause());
            }
            left.addAll(List.of(next.getSuppressed()));
        }
        return all;
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
