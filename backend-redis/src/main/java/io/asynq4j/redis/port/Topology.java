package io.asynq4j.redis.port;

import java.util.List;

/** Where Redis is, and how its servers are arranged. */
public sealed interface Topology {
    /** One server. */
    record Standalone(Host host) implements Topology {}

    /** One server, on a Unix domain socket of this machine. */
    record Socket(String path) implements Topology {}

    /**
     * A server that sentinels watch, and replace when it fails.
     *
     * @param sentinels those to ask, at least one
     * @param master the name that they know the server by
     * @param sentinelLogin who we are to the sentinels
     */
    record Sentinel(List<Host> sentinels, String master, Login sentinelLogin) implements Topology {
        /** Copies the list. */
        public Sentinel {
            sentinels = List.copyOf(sentinels);
        }
    }

    /**
     * Servers that share the keys.
     *
     * @param seeds some of them, at least one; they tell the others
     */
    record Cluster(List<Host> seeds) implements Topology {
        /** Copies the list. */
        public Cluster {
            seeds = List.copyOf(seeds);
        }
    }

    /**
     * An address.
     *
     * @param name a name or an IP address; an IPv6 address without its brackets
     * @param port 1 to 65535
     */
    record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
        }
    }
}
