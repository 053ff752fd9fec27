package io.asynq4j.jedis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.OpenWatcher;
import io.asynq4j.redis.port.Refusal;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Watch;
import io.asynq4j.redis.port.Watcher;
import io.asynq4j.time.Timekeeper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** Watches keys on each server that is asked. Connects on the thread that reads. Safe for use by many threads. */
final class Watching implements Watch {
    private final Servers servers;
    private final OpenWatcher watcher;
    private final KnownScripts scripts;
    private final Timekeeper time;
    private final int timeoutMillis;
    private final Map<Object, Tracking> byServer = new ConcurrentHashMap<>();
    private final Set<Object> opening = ConcurrentHashMap.newKeySet();
    private final Refusal refusal;
    private volatile @Nullable String over;

    /** @param timeoutMillis how long a server may take to answer */
    Watching(Servers servers, Watcher watcher, KnownScripts scripts, Timekeeper time, int timeoutMillis) {
        this.servers = servers;
        this.watcher = new OpenWatcher(watcher);
        this.scripts = scripts;
        this.time = time;
        this.timeoutMillis = timeoutMillis;
        this.refusal = new Refusal(time::after);
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
        var why = over == null ? refusal.why() : over;
        if (why != null) {
            return Collections.nCopies(calls.size(), unread(why));
        }
        try {
            return readAll(calls);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Collections.nCopies(calls.size(), unread("interrupted"));
        }
    }

    /** Those to servers that cannot be reached now are not answered, all others are. */
    private List<Reply> readAll(List<Call> calls) throws InterruptedException {
        var replies = new Reply[calls.size()];
        var places = new LinkedHashMap<Tracking, List<Integer>>();
        var away = new HashMap<Object, Reply>(); // each is tried once
        for (int i = 0; i < replies.length; i++) {
            int slot = servers.isCluster() ? Commands.slot(calls.get(i)) : Servers.ANY;
            Object server = this;
            try {
                server = servers.where(slot);
                var tracking = away.containsKey(server) ? null : tracking(server, slot);
                if (tracking == null) {
                    replies[i] = away.getOrDefault(server, unread("not yet connected"));
                } else {
                    places.computeIfAbsent(tracking, none -> new ArrayList<>()).add(i);
                }
            } catch (JedisException | IllegalStateException gone) {
                replies[i] = unread(Reason.of(gone));
                away.put(server, replies[i]);
            }
        }
        if (!away.isEmpty()) {
            servers.changed(null);
        }
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
    private @Nullable Tracking tracking(Object server, int slot) throws InterruptedException {
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
        } catch (JedisDataException refused) {
            tracking.close();
            if (over == null) {
                refusal.refused(String.valueOf(refused.getMessage()));
                byServer.values().forEach(Tracking::close);
            }
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
        refusal.granted();
        watcher.reset(); // somebody may have been told that we cannot tell
        return tracking;
    }

    private void noteMoved(Reply reply) {
        if (servers.isCluster()
                && reply instanceof Reply.Failed failed
                && failed.cause() instanceof JedisRedirectionException) {
            servers.changed(null);
        }
    }

    private static Reply unread(String why) {
        return Replies.unanswered("not watching: " + why, null);
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
