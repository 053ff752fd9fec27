package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.lettuce.core.RedisURI;
import java.util.concurrent.CompletionStage;

/** A single server, or the one that sentinels name, whom Lettuce asks each time that it connects. */
final class OneServer implements Servers {
    private final RedisURI uri;
    private final Link<Session> link;

    OneServer(RedisURI uri, Link<Session> link) {
        this.uri = uri;
        this.link = link;
    }

    @Override
    public CompletionStage<?> open() {
        return link.open();
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
        link.close();
    }
}
