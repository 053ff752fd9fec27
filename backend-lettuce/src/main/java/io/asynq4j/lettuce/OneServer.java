package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.lettuce.core.RedisURI;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A single server, or the one that sentinels name, whom Lettuce asks each time that it connects. */
final class OneServer implements Servers {
    private final RedisURI uri;
    private final Link<Session> link;
    private final @Nullable SentinelNews news;

    /** @param news closed by us; null where there are no sentinels */
    OneServer(RedisURI uri, Link<Session> link, @Nullable SentinelNews news) {
        this.uri = uri;
        this.link = link;
        this.news = news;
    }

    @Override
    public CompletionStage<?> open() {
        return link.open().thenAccept(found -> {
            if (news != null) {
                news.start();
            }
        });
    }

    @Override
    public Link<Session> to(Call call) {
        return link;
    }

    @Override
    public Link<Session> named(String redirection) {
        throw new IllegalStateException("a single server names no others");
    }

    @Override
    public RedisURI where(Call call) {
        return uri;
    }

    @Override
    public RedisURI toListen() {
        return uri;
    }

    @Override
    public boolean isCluster() {
        return false;
    }

    @Override
    public void changed() {}

    @Override
    public void close() {
        if (news != null) {
            news.close();
        }
        link.close();
    }
}
