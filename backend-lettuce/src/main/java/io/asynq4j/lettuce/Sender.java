package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Sends calls, and gives up on what has no reply when the command timeout is over. Safe for use by many threads. */
final class Sender {
    private final ClientResources resources;
    private final Duration commandTimeout;
    private final Set<Flush> underWay = ConcurrentHashMap.newKeySet();

    /** @param resources for timers and threads */
    Sender(ClientResources resources, Duration commandTimeout) {
        this.resources = resources;
        this.commandTimeout = commandTimeout;
    }

    /**
     * Sends {@code calls} over {@code session} in one flush, each after {@code ASKING} where {@code asks}.
     *
     * @param link what the session is of, and loses it when Redis is silent
     * @return all replies; does not fail
     */
    CompletionStage<List<Reply>> send(List<Call> calls, Link<Session> link, Session session, boolean asks) {
        long heardBefore = session.replies();
        var flush = session.send(calls, asks);
        underWay.add(flush);
        var timeout = Timers.after(resources, commandTimeout, () -> overdue(flush, link, session, heardBefore));
        if (timeout.isEmpty()) {
            flush.giveUp(failed("closed"));
        }
        flush.ended().whenComplete((replies, never) -> {
            timeout.ifPresent(Timeout::cancel);
            underWay.remove(flush);
        });
        return flush.ended();
    }

    /** Runs {@code action} later, unless the threads for that have ended; answers whether they have not. */
    boolean after(Duration delay, Runnable action) {
        return Timers.after(resources, delay, action).isPresent();
    }

    /** How long there may be no reply. */
    Duration commandTimeout() {
        return commandTimeout;
    }

    /** Gives up on all that has no reply yet. */
    void giveUp(String why) {
        underWay.forEach(flush -> flush.giveUp(failed(why)));
    }

    static Reply.Failed failed(String why) {
        return new Reply.Failed(why, false, null);
    }

    private void overdue(Flush flush, Link<Session> link, Session session, long heardBefore) {
        var why = "no reply within " + commandTimeout.toMillis() + " ms";
        flush.giveUp(failed(why));
        if (session.replies() == heardBefore) {
            // TCP takes a quarter of an hour to notice that the other end is gone
            link.drop(session, why);
        }
    }
}
