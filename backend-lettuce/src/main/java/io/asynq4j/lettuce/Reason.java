package io.asynq4j.lettuce;

import io.netty.handler.ssl.NotSslRecordException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Why Redis could not be reached, in a few words out of Lettuce's chain of exceptions. */
final class Reason {
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
            if (next instanceof UnknownHostException) {
                return "unknown host";
            }
        }
        if (isClosed(cause)) {
            return "the server closed the connection (a port for TLS needs rediss://)";
        }
        if (cause instanceof TimeoutException || cause instanceof CancellationException) {
            return "no answer in time";
        }
        return text(cause);
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
