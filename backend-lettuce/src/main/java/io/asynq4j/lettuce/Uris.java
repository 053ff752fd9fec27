package io.asynq4j.lettuce;

import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.redis.port.Topology;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;

/** Redis URIs in Lettuce's form. So far we go to a single server over TCP; every other form is refused by name. */
final class Uris {
    private Uris() {}

    static RedisURI lettuce(RedisUri uri) {
        var topology = uri.topology();
        if (topology instanceof Topology.Standalone one) {
            return standalone(uri, one.host());
        }
        if (topology instanceof Topology.Socket) {
            throw refused("redis-socket");
        }
        if (topology instanceof Topology.Sentinel) {
            throw refused("redis-sentinel");
        }
        if (topology instanceof Topology.Cluster) {
            throw refused("redis-cluster");
        }
        throw new AssertionError(topology);
    }

    /** The same URI, which is Lettuce's own, unless it is of a form that is refused. */
    static RedisURI lettuce(RedisURI uri) {
        if (uri.getSocket() != null) {
            throw refused("redis-socket");
        }
        if (!uri.getSentinels().isEmpty()) {
            throw refused("redis-sentinel");
        }
        return RedisURI.builder(uri).build();
    }

    /** Where it leads, and nothing else. */
    static String shown(RedisURI uri) {
        return uri.getHost() + ":" + uri.getPort();
    }

    private static RedisURI standalone(RedisUri uri, Topology.Host host) {
        var lettuce = RedisURI.builder()
                .withHost(host.name())
                .withPort(host.port())
                .withDatabase(uri.database())
                .withSsl(uri.tls())
                .withVerifyPeer(SslVerifyMode.FULL);
        var password = uri.login().password();
        if (password != null) {
            var user = uri.login().user();
            if (user == null) {
                lettuce.withPassword(password.toCharArray());
            } else {
                lettuce.withAuthentication(user, password.toCharArray());
            }
        }
        return lettuce.build();
    }

    private static IllegalArgumentException refused(String form) {
        return new IllegalArgumentException("LettuceBroker cannot open a " + form
                + " URI, only those of a single server: redis://host or rediss://host");
    }
}
