package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.OpenWatcher;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Watch;
import io.asynq4j.redis.port.Watcher;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches keys over one connection to each server that is asked, made when it is, and after that is lost over another one. Safe
 * for use by many threads.
 */
final class Watching implements Watch {
    private static final Logger log = LoggerFactory.getLogger(Watching.class);

    private final Servers servers;
    private final Function<RedisURI, ? extends CompletionStage<StatefulRedisConnection<byte[], byte[]>>> dial;
    private final OpenWatcher watcher;
    private final ClientResources resources;
    private final Duration patience;
    private final Map<RedisURI, Link<Tracked>> links = new ConcurrentHashMap<>();
    private volatile @Nullable String over;

    /**
     * @param servers knows which one is to be asked; not closed here
     * @param dial makes a connection that does not reconnect by itself
     * @param resources for timers and threads
     * @param patience how long Redis may take to answer
     */
    Watching(
            Servers servers,
            Function<RedisURI, ? extends CompletionStage<StatefulRedisConnection<byte[], byte[]>>> dial,
            Watcher watcher,
            ClientResources resources,
            Duration patience) {
        this.servers = servers;
        this.dial = dial;
        this.watcher = new OpenWatcher(watcher);
        this.resources = resources;
        this.patience = patience;
    }

    @Override
    public CompletionStage<List<Reply>> read(List<Call> calls) {
        var byServer = new LinkedHashMap<RedisURI, List<Integer>>();
        for (int i = 0; i < calls.size(); i++) {
            var server = servers.where(calls.get(i));
            if (server == null) {
                return unread(calls, "no server has a slot");
            }
            byServer.computeIfAbsent(server, none -> new ArrayList<>()).add(i);
        }
        var lines = new ArrayList<Tracked>();
        byServer.keySet().stream().map(this::link).forEach(link -> {
            var line = link.line();
            if (line != null && line.refusal() == null) {
                lines.add(line);
            }
        });
        leaveOthers(byServer);
        var why = over;
        if (why != null || lines.size() < byServer.size()) {
            return unread(calls, why == null ? "not connected" : why);
        }
        var replies = new Reply[calls.size()];
        var all = new ArrayList<CompletableFuture<Void>>();
        int next = 0;
        for (var places : byServer.values()) {
            var sent = lines.get(next++).read(places.stream().map(calls::get).toList());
            all.add(sent.thenAccept(read -> {
                        for (int i = 0; i < read.size(); i++) {
                            replies[places.get(i)] = read.get(i);
                            noteMoved(read.get(i));
                        }
                    })
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(done -> List.of(replies));
    }

    @Override
    public void close() {
        end("closed");
        links.values().forEach(Watching::close);
    }

    /** For good. The connections are left, since they end with their client. */
    void leave() {
        end("closed");
        links.values().forEach(link -> {
            var line = link.close();
            if (line != null) {
                line.giveUp("closed");
            }
        });
    }

    private void end(String why) {
        watcher.close();
        over = why;
    }

    private Link<Tracked> link(RedisURI server) {
        var link = links.computeIfAbsent(
                server,
                made -> new Link<>(
                        resources,
                        () -> dial.apply(server)
                                .thenCompose(
                                        connection -> new Tracked(connection, watcher, resources, patience).start()),
                        this::made,
                        watcher::reset));
        if (over == null) {
            link.openEventually();
        }
        return link;
    }

    /** A server that is asked no more and cannot be reached may be gone. */
    private void leaveOthers(Map<RedisURI, ?> asked) {
        links.forEach((server, link) -> {
            if (!asked.containsKey(server) && link.line() == null && links.remove(server, link)) {
                close(link);
            }
        });
    }

    private void made(Tracked line) {
        var refusal = line.refusal();
        if (refusal == null) {
            watcher.reset();
        } else if (over == null) {
            log.warn("Redis does not tell of new tasks, so that servers look for them instead: {}", refusal);
            close();
        }
    }

    private void noteMoved(Reply reply) {
        if (servers.isCluster()
                && reply instanceof Reply.Failed failed
                && failed.message().startsWith("MOVED ")) {
            servers.changed();
        }
    }

    private static CompletionStage<List<Reply>> unread(List<Call> calls, String why) {
        Reply none = new Reply.Failed("not watching: " + why, false, null);
        return CompletableFuture.completedFuture(Collections.nCopies(calls.size(), none));
    }

    private static void close(Link<Tracked> link) {
        var line = link.close();
        if (line != null) {
            line.close();
        }
    }
}
