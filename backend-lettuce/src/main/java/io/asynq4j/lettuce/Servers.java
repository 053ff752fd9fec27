package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.lettuce.core.RedisURI;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The servers of one Redis, and the ways to them. Safe for use by many threads. Nothing here waits. */
interface Servers {
    /** Connects; ends when that has succeeded, or when there is nothing more to try. */
    CompletionStage<?> open();

    /** The way to the server that {@code call} is for; null when none is known to be. */
    @Nullable
    Link<Session> to(Call call);

    /** The way to the server that Redis itself has named, as in {@code MOVED 42 127.0.0.1:6379}. */
    Link<Session> named(String redirection);

    /** Where the server is that {@code call} is for; null when none is known to be. */
    @Nullable
    RedisURI where(Call call);

    /** Where somebody who wants to listen can connect to. */
    RedisURI toListen();

    /** Whether keys are spread over several servers by their slots, and servers name each other. */
    boolean isCluster();

    /** Something is not as it was: find out again who serves what. */
    void changed();

    /** No more connections. Those that there were end with the client, which logs a warning if they are closed here too. */
    void close();
}
