package io.asynq4j.lettuce;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Why Redis could not be reached, in a few words out of Lettuce's chain of exceptions. */
final class Reason {
    private static final String LATE = "no answer in time";
    private static final String CLOSED = "the server closed the connection";

    private Reason() {}

    static String of(Throwable failure) {
        Throwable cause = failure;
        for (Throwable next = failure; next != null; next = next.getCause()) {
            cause = next;
            if (next instanceof NotSslRecordException) {
                return "the server does not speak TLS at this port";
            }
            if (next instanceof SSLException) {
                return "no TLS: " + text(next);
            }
            if (text(next).matches("(?i).*socket.*requires.*epoll.*")) {
                return "a Unix socket needs Netty's native transport on the class path: "
                        + "io.netty:netty-transport-native-epoll (Linux) or netty-transport-native-kqueue (macOS), "
                        + "with the classifier of this machine";
            }
            if (next instanceof FileNotFoundException) { // of a socket, and without a message
                return "No such file or directory";
            }
            if (next instanceof UnknownHostException) {
                return "unknown host";
            }
        }
        if (isClosed(cause)) {
            return CLOSED;
        }
        if (cause instanceof TimeoutException || cause instanceof CancellationException) {
            return LATE;
        }
        return text(cause);
    }

    /** The same, and what it probably means when opening. */
    static String of(Throwable failure, boolean tls) {
        var reason = of(failure);
        if (reason.equals(CLOSED)) {
            return reason
                    + (tls
                            ? " (it may want to see a certificate, or not speak TLS)"
                            : " (a port for TLS needs rediss://)");
        }
        return tls && reason.equals(LATE) ? reason + " (a plain port does not answer to TLS)" : reason;
    }

    /** Whether nothing is known but that the connection was closed, or that Lettuce was taken unawares by that. */
    static boolean isVague(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return isClosed(cause)
                || cause instanceof IllegalStateException
                || text(cause).contains("not registered");
    }

    private static boolean isClosed(Throwable cause) {
        return cause instanceof ClosedChannelException
                || text(cause).contains("closed prematurely")
                || text(cause).equals("Connection reset");
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
