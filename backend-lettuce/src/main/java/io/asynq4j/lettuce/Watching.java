package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.OpenWatcher;
import io.asynq4j.redis.port.Refusal;
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

/**
 * Watches keys over one connection to each server that is asked, made when it is, and after that is lost over another one. Safe
 * for use by many threads.
 */
final class Watching implements Watch {
    private final Servers servers;
    private final Function<RedisURI, ? extends CompletionStage<StatefulRedisConnection<byte[], byte[]>>> dial;
    private final OpenWatcher watcher;
    private final ClientResources resources;
    private final Duration patience;
    private final Map<RedisURI, Link<Tracked>> links = new ConcurrentHashMap<>();
    private final Refusal refusal;
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
        this.refusal = new Refusal((pause, action) -> Timers.after(resources, pause, action));
    }

    /** Those to servers that cannot be reached now are not answered, all others are. */
    @Override
    public CompletionStage<List<Reply>> read(List<Call> calls) {
        var why = over == null ? refusal.why() : over;
        if (why != null) {
            return CompletableFuture.completedFuture(Collections.nCopies(calls.size(), unread(why)));
        }
        var replies = new Reply[calls.size()];
        var byServer = new LinkedHashMap<RedisURI, List<Integer>>();
        for (int i = 0; i < calls.size(); i++) {
            var server = servers.where(calls.get(i));
            if (server == null) {
                replies[i] = unread("no server has the slot");
            } else {
                byServer.computeIfAbsent(server, none -> new ArrayList<>()).add(i);
            }
        }
        var all = new ArrayList<CompletableFuture<Void>>();
        byServer.forEach((server, places) -> {
            var line = link(server).line();
            if (line == null || line.refusal() != null) {
                places.forEach(place -> replies[place] = unread("not connected"));
                return;
            }
            var sent = line.read(places.stream().map(calls::get).toList());
            all.add(sent.thenAccept(read -> {
                        for (int i = 0; i < read.size(); i++) {
                            replies[places.get(i)] = read.get(i);
                            noteMoved(read.get(i));
                        }
                    })
                    .toCompletableFuture());
        });
        leaveOthers(byServer);
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
        var text = line.refusal();
        if (text == null) {
            refusal.granted();
            watcher.reset();
        } else if (over == null) {
            refusal.refused(text);
            links.forEach((server, link) -> {
                if (links.remove(server, link)) {
                    close(link);
                }
            });
        }
    }

    private void noteMoved(Reply reply) {
        if (servers.isCluster()
                && reply instanceof Reply.Failed failed
                && failed.message().startsWith("MOVED ")) {
            servers.changed();
        }
    }

    private static Reply unread(String why) {
        return new Reply.Failed("not watching: " + why, false, null);
    }

    private static void close(Link<Tracked> link) {
        var line = link.close();
        if (line != null) {
            line.close();
        }
    }
}
