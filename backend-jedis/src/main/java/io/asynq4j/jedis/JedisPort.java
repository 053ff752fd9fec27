package io.asynq4j.jedis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Watch;
import io.asynq4j.redis.port.Watcher;
import io.asynq4j.time.Handle;
import io.asynq4j.time.SystemTime;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs calls on the caller's thread, over a connection taken for one flush, and listens over one of its own while somebody
 * does.
 *
 * <p>A script goes with its source the first time that a server sees it, and by its hash from then on. Where Redis has
 * forgotten it all the same (SCRIPT FLUSH, a restart), those calls did not run and are sent again, in their order, but after
 * calls that came behind them.
 *
 * <p>What has no reply when the command timeout is over is given up together with its connection.
 */
final class JedisPort implements RedisPort {
    /** How much later the socket gives up than we do, so that it is told that time was up. */
    private static final int SLACK_MILLIS = 1_000;

    private final Servers servers;
    private final Duration commandTimeout;
    private final SystemTime time;
    private final Subscriptions subscriptions;
    private final KnownScripts scripts = new KnownScripts();
    private final Patience patience;
    private final Set<Watching> watches = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param servers closed by us */
    JedisPort(Servers servers, Duration commandTimeout) {
        this.servers = servers;
        this.commandTimeout = commandTimeout;
        this.time = SystemTime.open();
        this.patience = new Patience(millis(), time);
        this.subscriptions = new Subscriptions(servers, time, commandTimeout);
    }

    @Override
    public CompletionStage<List<Reply>> run(List<Call> calls) {
        return CompletableFuture.completedFuture(calls.isEmpty() ? List.of() : replies(calls));
    }

    @Override
    public Handle subscribe(String channel, Consumer<String> message) {
        return subscriptions.add(channel, message);
    }

    @Override
    public Watch watch(Watcher watcher) {
        watches.removeIf(Watching::isOver);
        var watching = new Watching(servers, watcher, scripts, time, millis());
        watches.add(watching);
        if (closed.get()) {
            watching.close();
        }
        return watching;
    }

    @Override
    public boolean blocking() {
        return true;
    }

    @Override
    public boolean isCluster() {
        return servers.isCluster();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            subscriptions.close();
            watches.forEach(Watching::close);
            servers.close();
            patience.cut("closed");
            time.close();
        }
    }

    private int millis() {
        return (int) Math.min(Integer.MAX_VALUE / 2, Math.max(1, commandTimeout.toMillis()));
    }

    private List<Reply> replies(List<Call> calls) {
        if (closed.get()) {
            return Collections.nCopies(calls.size(), Replies.unanswered("not connected: closed", null));
        }
        var flush = new Flush(calls, servers, scripts, millis() + SLACK_MILLIS, time);
        // A timeout of the socket alone would start afresh with each byte, and there is none for writing.
        patience.begin(flush);
        if (closed.get()) {
            flush.cut("closed");
        }
        try {
            return flush.run();
        } finally {
            patience.end(flush);
        }
    }
}
