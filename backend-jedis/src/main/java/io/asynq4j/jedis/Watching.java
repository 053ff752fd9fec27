package io.asynq4j.jedis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.OpenWatcher;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Watch;
import io.asynq4j.redis.port.Watcher;
import io.asynq4j.time.Timekeeper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** Watches keys on each server that is asked. Connects on the thread that reads. Safe for use by many threads. */
final class Watching implements Watch {
    private static final Logger log = LoggerFactory.getLogger(Watching.class);

    private final Servers servers;
    private final OpenWatcher watcher;
    private final KnownScripts scripts;
    private final Timekeeper time;
    private final int timeoutMillis;
    private final Map<Object, Tracking> byServer = new ConcurrentHashMap<>();
    private final Set<Object> opening = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String over;

    /** @param timeoutMillis how long a server may take to answer */
    Watching(Servers servers, Watcher watcher, KnownScripts scripts, Timekeeper time, int timeoutMillis) {
        this.servers = servers;
        this.watcher = new OpenWatcher(watcher);
        this.scripts = scripts;
        this.time = time;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public CompletionStage<List<Reply>> read(List<Call> calls) {
        return CompletableFuture.completedFuture(replies(calls));
    }

    @Override
    public void close() {
        watcher.close();
        over = "closed";
        byServer.values().forEach(Tracking::close);
    }

    /** Whether nothing will ever come of it any more. */
    boolean isOver() {
        return over != null;
    }

    private List<Reply> replies(List<Call> calls) {
        var why = over;
        if (why != null) {
            return unread(calls, why);
        }
        try {
            return readAll(calls);
        } catch (JedisException | IllegalStateException away) {
            servers.changed(null);
            return unread(calls, Reason.of(away));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return unread(calls, "interrupted");
        }
    }

    private List<Reply> readAll(List<Call> calls) throws InterruptedException {
        var places = new LinkedHashMap<Tracking, List<Integer>>();
        for (int i = 0; i < calls.size(); i++) {
            var server = tracking(servers.isCluster() ? Commands.slot(calls.get(i)) : Servers.ANY);
            if (server == null) {
                return unread(calls, "not yet connected");
            }
            places.computeIfAbsent(server, none -> new ArrayList<>()).add(i);
        }
        var replies = new Reply[calls.size()];
        for (var server : places.entrySet()) {
            var read = server.getKey()
                    .read(server.getValue().stream().map(calls::get).toList());
            for (int i = 0; i < read.size(); i++) {
                replies[server.getValue().get(i)] = read.get(i);
                noteMoved(read.get(i));
            }
        }
        return Arrays.asList(replies);
    }

    /** Opens it if there is none; null while somebody else does, or when that was refused. */
    private @Nullable Tracking tracking(int slot) throws InterruptedException {
        var server = servers.where(slot);
        var known = byServer.get(server);
        if (known != null || !opening.add(server)) {
            return known;
        }
        try {
            return open(server, slot);
        } finally {
            opening.remove(server);
        }
    }

    private @Nullable Tracking open(Object server, int slot) throws InterruptedException {
        var lines = new ArrayList<Servers.Line>(2);
        lines.add(servers.apart(slot));
        try {
            lines.add(servers.apart(slot));
        } catch (JedisException | IllegalStateException away) {
            lines.get(0).connection().setBroken();
            lines.get(0).close();
            throw away;
        }
        var made = new Made(server);
        var tracking = new Tracking(lines, watcher, made, scripts, time, timeoutMillis);
        made.tracking = tracking;
        try {
            tracking.start();
        } catch (JedisDataException refusal) {
            tracking.close();
            refused(refusal);
            return null;
        } catch (JedisException | InterruptedException failed) {
            tracking.close();
            throw failed;
        }
        byServer.put(server, tracking);
        if (over != null || made.lost) {
            tracking.close();
            byServer.remove(server, tracking);
            return null;
        }
        watcher.reset(); // somebody may have been told that we cannot tell
        return tracking;
    }

    private void refused(JedisDataException refusal) {
        if (over == null) {
            over = "refused";
            log.warn(
                    "Redis does not tell of new tasks, so that servers look for them instead: {}",
                    refusal.getMessage());
            close();
        }
    }

    private void noteMoved(Reply reply) {
        if (servers.isCluster()
                && reply instanceof Reply.Failed failed
                && failed.cause() instanceof JedisRedirectionException) {
            servers.changed(null);
        }
    }

    private static List<Reply> unread(List<Call> calls, String why) {
        return Collections.nCopies(calls.size(), Replies.unanswered("not watching: " + why, null));
    }

    /** What happens when a server is lost that was watched. */
    private final class Made implements Runnable {
        private final Object server;
        private volatile @Nullable Tracking tracking;
        private volatile boolean lost;

        Made(Object server) {
            this.server = server;
        }

        @Override
        public void run() {
            lost = true;
            var gone = tracking;
            if (gone != null && byServer.remove(server, gone)) {
                watcher.reset();
            }
        }
    }
}
