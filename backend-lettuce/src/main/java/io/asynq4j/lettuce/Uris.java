package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Login;
import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.redis.port.Topology;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;

/**
 * Redis URIs in Lettuce's form. So far we go to a single server over TCP, or to one that sentinels name; every other form is
 * refused by name.
 */
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
        if (topology instanceof Topology.Sentinel watched) {
            return watched(uri, watched);
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
        return RedisURI.builder(uri).build();
    }

    /** Where it leads, and nothing else. */
    static String shown(RedisURI uri) {
        var master = uri.getSentinelMasterId();
        return master == null ? uri.getHost() + ":" + uri.getPort() : "master " + master;
    }

    private static RedisURI standalone(RedisUri uri, Topology.Host host) {
        var lettuce = common(uri.tls(), uri.login()).withHost(host.name()).withPort(host.port());
        return lettuce.withDatabase(uri.database()).build();
    }

    /** Lettuce asks the sentinels each time that it connects. */
    private static RedisURI watched(RedisUri uri, Topology.Sentinel watched) {
        var lettuce = common(uri.tls(), uri.login())
                .withSentinelMasterId(watched.master())
                .withDatabase(uri.database());
        for (var sentinel : watched.sentinels()) {
            lettuce.withSentinel(common(uri.tls(), watched.sentinelLogin())
                    .withHost(sentinel.name())
                    .withPort(sentinel.port())
                    .build());
        }
        return lettuce.build();
    }

    private static RedisURI.Builder common(boolean tls, Login login) {
        var lettuce = RedisURI.builder().withSsl(tls).withVerifyPeer(SslVerifyMode.FULL);
        var password = login.password();
        if (password != null) {
            var user = login.user();
            if (user == null) {
                lettuce.withPassword(password.toCharArray());
            } else {
                lettuce.withAuthentication(user, password.toCharArray());
            }
        }
        return lettuce;
    }

    private static IllegalArgumentException refused(String form) {
        return new IllegalArgumentException(
                "LettuceBroker cannot open a " + form
                        + " URI, only those of a single server, redis://host, or of one that sentinels watch: redis-sentinel://host?master=name");
    }
}
