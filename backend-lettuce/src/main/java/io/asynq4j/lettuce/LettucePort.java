package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Watch;
import io.asynq4j.redis.port.Watcher;
import io.asynq4j.time.Handle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs calls over one connection to each server, which all threads share, and listens over another one while somebody does.
 *
 * <p>A script goes with its source the first time that a connection sees it, and by its hash from then on. Where Redis has
 * forgotten it all the same (SCRIPT FLUSH), those calls did not run and are sent again, in their order, but after calls that
 * came behind them. In a cluster that is so too with calls to a slot that moves; no other calls overtake each other.
 *
 * <p>Nothing else is sent twice. When a connection is lost, or silent for the command timeout, calls under way have no
 * answer; while there is none, calls fail at once.
 */
final class LettucePort implements RedisPort {
    private final Servers servers;
    private final Subscriptions subscriptions;
    private final Watches watches;
    private final Sender sender;
    private final Runnable closing;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param servers closed by us
     * @param subscriptions closed by us
     * @param watches closed by us
     * @param closing closes what else there is to close; run once, after the servers are closed
     */
    LettucePort(Servers servers, Subscriptions subscriptions, Watches watches, Sender sender, Runnable closing) {
        this.servers = servers;
        this.subscriptions = subscriptions;
        this.watches = watches;
        this.sender = sender;
        this.closing = closing;
    }

    @Override
    public CompletionStage<List<Reply>> run(List<Call> calls) {
        return calls.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : new Delivery(calls, servers, sender).run();
    }

    @Override
    public Handle subscribe(String channel, Consumer<String> message) {
        return subscriptions.add(channel, message);
    }

    @Override
    public Watch watch(Watcher watcher) {
        return watches.add(watcher);
    }

    @Override
    public boolean blocking() {
        return false;
    }

    @Override
    public boolean isCluster() {
        return servers.isCluster();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            servers.close();
            subscriptions.close();
            watches.close();
            closing.run();
            sender.giveUp("closed");
        }
    }
}
