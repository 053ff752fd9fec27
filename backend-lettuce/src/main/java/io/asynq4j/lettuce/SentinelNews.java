package io.asynq4j.lettuce;

import io.asynq4j.redis.port.SwitchMaster;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Listens to one of the sentinels, and after that is lost to the next, and leaves the server that is the primary no more: it may
 * not know that, nor we, where it can be reached by us and not by them. Safe for use by many threads.
 */
final class SentinelNews {
    private final String master;
    private final Link<Session> link;
    private final ClientResources resources;
    private final Subscriptions subscriptions;

    /**
     * @param uri names the primary and the sentinels
     * @param link the way to the primary
     * @param dial makes a connection that does not reconnect by itself
     * @param resources for timers and threads
     * @param patience how long a sentinel may take to answer
     */
    SentinelNews(
            RedisURI uri,
            Link<Session> link,
            Function<RedisURI, CompletionStage<StatefulRedisPubSubConnection<String, String>>> dial,
            ClientResources resources,
            Duration patience) {
        this.master = uri.getSentinelMasterId();
        this.link = link;
        this.resources = resources;
        var sentinels = List.copyOf(uri.getSentinels());
        var next = new AtomicInteger();
        this.subscriptions = new Subscriptions(
                () -> dial.apply(sentinels.get(Math.floorMod(next.getAndIncrement(), sentinels.size()))),
                resources,
                patience);
    }

    /** Connects in the background. */
    void start() {
        subscriptions.add(SwitchMaster.CHANNEL, this::heard);
    }

    void close() {
        subscriptions.close();
    }

    private void heard(String message) {
        SwitchMaster.of(message).filter(news -> news.master().equals(master)).ifPresent(news -> {
            for (var delay : SwitchMaster.LEAVING) {
                Timers.after(resources, delay, () -> leave(news));
            }
        });
    }

    private void leave(SwitchMaster news) {
        var session = link.line();
        if (session != null && news.isOld(session.server())) {
            link.drop(session, "the sentinels have named another primary");
        }
    }
}
