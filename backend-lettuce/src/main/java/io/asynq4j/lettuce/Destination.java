package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Login;
import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.redis.port.Topology;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Where to connect to, in Lettuce's form.
 *
 * @param uris one; or some servers of a cluster
 * @param shown the same without secrets, for messages
 */
record Destination(List<RedisURI> uris, boolean cluster, String shown) {
    static Destination of(RedisUri uri) {
        var topology = uri.topology();
        if (topology instanceof Topology.Standalone one) {
            return one(uri, at(one.host(), uri.tls(), uri.login()).withDatabase(uri.database()));
        }
        if (topology instanceof Topology.Socket socket) {
            return one(
                    uri,
                    login(RedisURI.Builder.socket(socket.path()), uri.login()).withDatabase(uri.database()));
        }
        if (topology instanceof Topology.Sentinel watched) {
            return one(uri, watched(uri, watched));
        }
        if (topology instanceof Topology.Cluster cluster) {
            var seeds = cluster.seeds().stream()
                    .map(seed -> at(seed, uri.tls(), uri.login()).build())
                    .toList();
            return new Destination(seeds, true, uri.toString());
        }
        throw new AssertionError(topology);
    }

    /** A copy of Lettuce's own form. */
    static Destination of(RedisURI uri) {
        return new Destination(List.of(copy(uri)), false, shown(uri));
    }

    /** Copies of those of a cluster, at least one. */
    static Destination cluster(Iterable<RedisURI> seeds) {
        var copies = StreamSupport.stream(seeds.spliterator(), false)
                .map(seed -> RedisURI.builder(seed).build())
                .toList();
        if (copies.isEmpty()) {
            throw new IllegalArgumentException("a cluster needs the URI of one of its servers at least");
        }
        var shown = copies.stream().map(Destination::shown).collect(Collectors.joining(","));
        return new Destination(copies, true, "cluster " + shown);
    }

    boolean isTls() {
        return uris.get(0).isSsl() || uris.get(0).getSentinels().stream().anyMatch(RedisURI::isSsl);
    }

    /** How long connecting may take. */
    void limit(Duration connectTimeout) {
        for (var uri : uris) {
            uri.setTimeout(connectTimeout);
            uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(connectTimeout));
        }
    }

    /** With the sentinels, which Lettuce leaves out. */
    private static RedisURI copy(RedisURI uri) {
        var copy = RedisURI.builder(uri);
        for (var sentinel : uri.getSentinels()) {
            copy.withSentinel(copy(sentinel));
        }
        if (uri.getSentinelMasterId() != null) {
            copy.withSentinelMasterId(uri.getSentinelMasterId());
        }
        return copy.build();
    }

    private static Destination one(RedisUri uri, RedisURI.Builder lettuce) {
        return new Destination(List.of(lettuce.build()), false, uri.toString());
    }

    /** Where it leads, and nothing else. */
    private static String shown(RedisURI uri) {
        if (uri.getSocket() != null) {
            return uri.getSocket();
        }
        var master = uri.getSentinelMasterId();
        return master == null ? uri.getHost() + ":" + uri.getPort() : "master " + master;
    }

    /** Lettuce asks the sentinels each time that it connects. */
    private static RedisURI.Builder watched(RedisUri uri, Topology.Sentinel watched) {
        var lettuce = login(secure(RedisURI.builder(), uri.tls()), uri.login())
                .withSentinelMasterId(watched.master())
                .withDatabase(uri.database());
        for (var sentinel : watched.sentinels()) {
            lettuce.withSentinel(
                    at(sentinel, uri.tls(), watched.sentinelLogin()).build());
        }
        return lettuce;
    }

    private static RedisURI.Builder at(Topology.Host host, boolean tls, Login login) {
        return login(secure(RedisURI.builder(), tls), login)
                .withHost(host.name())
                .withPort(host.port());
    }

    private static RedisURI.Builder secure(RedisURI.Builder lettuce, boolean tls) {
        return lettuce.withSsl(tls).withVerifyPeer(SslVerifyMode.FULL);
    }

    private static RedisURI.Builder login(RedisURI.Builder lettuce, Login login) {
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
}
