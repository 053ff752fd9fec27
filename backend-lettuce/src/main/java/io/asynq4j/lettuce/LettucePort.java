package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.time.Handle;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs calls over one connection that all threads share, and listens over another one while somebody does.
 *
 * <p>A script goes with its source the first time that a connection sees it, and by its hash from then on. Where Redis has
 * forgotten it all the same (SCRIPT FLUSH), those calls did not run and are sent again, in their order, but after calls that
 * came behind them: this is the one case in which calls overtake each other.
 *
 * <p>Nothing else is sent twice. When the connection is lost, or silent for the command timeout, calls under way have no
 * answer; while there is none, calls fail at once.
 */
final class LettucePort implements RedisPort {
    /** Scripts can be flushed again in between, but somebody who does so all the time wants us to fail. */
    private static final int ROUNDS = 3;

    private final Link<Session> link;
    private final Subscriptions subscriptions;
    private final ClientResources resources;
    private final Duration commandTimeout;
    private final Runnable closing;
    private final Set<Flush> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param link open, and closed by us; its line ends with the client, which logs a warning if we close that too
     * @param subscriptions closed by us
     * @param resources for timers and threads
     * @param closing closes what else there is to close; run once, after the link is closed
     */
    LettucePort(
            Link<Session> link,
            Subscriptions subscriptions,
            ClientResources resources,
            Duration commandTimeout,
            Runnable closing) {
        this.link = link;
        this.subscriptions = subscriptions;
        this.resources = resources;
        this.commandTimeout = commandTimeout;
        this.closing = closing;
    }

    @Override
    public CompletionStage<List<Reply>> run(List<Call> calls) {
        return calls.isEmpty() ? CompletableFuture.completedFuture(List.of()) : run(calls, 1);
    }

    @Override
    public Handle subscribe(String channel, Consumer<String> message) {
        return subscriptions.add(channel, message);
    }

    @Override
    public boolean blocking() {
        return false;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            link.close();
            subscriptions.close();
            closing.run();
            underWay.forEach(flush -> flush.giveUp(failed("closed")));
        }
    }

    private CompletionStage<List<Reply>> run(List<Call> calls, int round) {
        var session = link.line();
        if (session == null) {
            return CompletableFuture.completedFuture(
                    Collections.nCopies(calls.size(), failed("not connected: " + link.away())));
        }
        return send(calls, session).thenCompose(replies -> {
            var unknown = unknownScripts(calls, replies);
            if (unknown.isEmpty() || round == ROUNDS) {
                return CompletableFuture.completedFuture(replies);
            }
            var again = new ArrayList<Call>(unknown.size());
            for (int index : unknown) {
                var call = calls.get(index);
                session.forget(Objects.requireNonNull(call.script()));
                again.add(call);
            }
            return run(again, round + 1).thenApply(later -> merged(replies, unknown, later));
        });
    }

    private CompletionStage<List<Reply>> send(List<Call> calls, Session session) {
        long heardBefore = session.replies();
        var flush = session.send(calls);
        underWay.add(flush);
        try {
            var timeout = resources
                    .timer()
                    .newTimeout(
                            due -> resources.eventExecutorGroup().execute(() -> overdue(flush, session, heardBefore)),
                            commandTimeout.toNanos(),
                            TimeUnit.NANOSECONDS);
            flush.ended().whenComplete((replies, never) -> {
                timeout.cancel();
                underWay.remove(flush);
            });
        } catch (IllegalStateException stopped) {
            flush.giveUp(failed("closed"));
        }
        return flush.ended();
    }

    private void overdue(Flush flush, Session session, long heardBefore) {
        var why = "no reply within " + commandTimeout.toMillis() + " ms";
        flush.giveUp(failed(why));
        if (session.replies() == heardBefore) {
            // TCP takes a quarter of an hour to notice that the other end is gone
            link.drop(session, why);
        }
    }

    private static List<Integer> unknownScripts(List<Call> calls, List<Reply> replies) {
        var unknown = new ArrayList<Integer>(0);
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).script() != null
                    && replies.get(i) instanceof Reply.Failed failed
                    && failed.answered()
                    && failed.message().startsWith("NOSCRIPT ")) {
                unknown.add(i);
            }
        }
        return unknown;
    }

    private static List<Reply> merged(List<Reply> replies, List<Integer> places, List<Reply> later) {
        var merged = new ArrayList<>(replies);
        for (int i = 0; i < later.size(); i++) {
            merged.set(places.get(i), later.get(i));
        }
        return Collections.unmodifiableList(merged);
    }

    private static Reply.Failed failed(String why) {
        return new Reply.Failed(why, false, null);
    }
}
