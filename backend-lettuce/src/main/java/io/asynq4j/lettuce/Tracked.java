package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.TrackedReads;
import io.asynq4j.redis.port.Watcher;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.resource.ClientResources;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One connection as long as it lives, over which Redis tells of keys that were read over it. Safe for use by many threads. */
final class Tracked implements Link.Line {
    private static final Call PROTOCOL = Call.of("HELLO").build();
    private static final Call TRACK =
            Call.of("CLIENT").arg("TRACKING").arg("ON").arg("OPTIN").build();

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Session session;
    private final Watcher watcher;
    private final ClientResources resources;
    private final Duration patience;
    private final Object sending =
            new Object(); // or another thread's call gets between the two of ours; nothing waits in it
    private final Set<Flush> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable String refusal;

    /**
     * @param resources for timers and threads
     * @param patience how long Redis may take to answer
     */
    Tracked(
            StatefulRedisConnection<byte[], byte[]> connection,
            Watcher watcher,
            ClientResources resources,
            Duration patience) {
        this.connection = connection;
        this.session = new Session(connection, null, resources);
        this.watcher = watcher;
        this.resources = resources;
        this.patience = patience;
    }

    /** Asks Redis to track; ends with this when it does, or has refused to, and fails when it does not answer. */
    CompletionStage<Tracked> start() {
        connection.addListener(this::heard);
        return send(List.of(PROTOCOL, TRACK)).thenApply(replies -> {
            for (var reply : replies) {
                if (reply instanceof Reply.Failed failed) {
                    if (!failed.answered()) {
                        close();
                        throw failed.exception();
                    }
                    refusal = failed.message();
                }
            }
            if (refusal == null && !speaksResp3(replies.get(0))) {
                refusal = "that needs RESP3, and the client is set to RESP2";
            }
            return this;
        });
    }

    /** Why Redis does not track; null when it does. */
    @Nullable
    String refusal() {
        return refusal;
    }

    CompletionStage<List<Reply>> read(List<Call> calls) {
        return send(TrackedReads.of(calls)).thenApply(replies -> TrackedReads.answers(calls, replies, session::forget));
    }

    @Override
    public StatefulConnection<?, ?> connection() {
        return connection;
    }

    /** Once, since Lettuce warns of the second time. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Link.Line.super.close();
        }
        giveUp("closed");
    }

    /** Leaves the connection, which ends with its client. */
    void giveUp(String why) {
        underWay.forEach(flush -> flush.giveUp(new Reply.Failed(why, false, null)));
    }

    private CompletionStage<List<Reply>> send(List<Call> calls) {
        Flush flush;
        synchronized (sending) {
            flush = session.send(calls, false);
        }
        underWay.add(flush);
        flush.ended().thenRun(() -> underWay.remove(flush));
        Timers.after(resources, patience, this::close)
                .ifPresentOrElse(timeout -> flush.ended().thenRun(timeout::cancel), () -> giveUp("closed"));
        return flush.ended();
    }

    private void heard(PushMessage push) {
        if (!push.getType().equals("invalidate") || closed.get()) {
            return;
        }
        if (push.getContent().get(1) instanceof List<?> keys) {
            for (var key : keys) {
                watcher.changed(StandardCharsets.UTF_8
                        .decode(((ByteBuffer) key).duplicate())
                        .toString());
            }
        } else {
            watcher.reset(); // FLUSHALL and FLUSHDB
        }
    }

    private static boolean speaksResp3(Reply hello) {
        var items = hello.items();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            if (items.get(i).text().equals("proto")) {
                return items.get(i + 1).integer() == 3;
            }
        }
        return false;
    }
}
