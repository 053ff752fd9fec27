package io.asynq4j.jedis;

import io.asynq4j.redis.port.Script;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which servers have been told which scripts. Safe for use by many threads. */
final class KnownScripts {
    private final Map<Object, Set<String>> told = new ConcurrentHashMap<>();

    /** Whether the script has to go with its source; it counts as told from then on. */
    boolean isNew(Object server, Script script) {
        return told.computeIfAbsent(server, none -> ConcurrentHashMap.newKeySet())
                .add(script.sha1());
    }

    /** Some server has turned out not to know it any more. */
    void forget(Script script) {
        told.values().forEach(scripts -> scripts.remove(script.sha1()));
    }
}
