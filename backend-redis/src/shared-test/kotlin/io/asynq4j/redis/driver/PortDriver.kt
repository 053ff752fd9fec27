package io.asynq4j.redis.driver

import io.asynq4j.redis.port.RedisPort
import java.time.Duration

/** A driver module, as the tests that all of them share see it. */
internal interface PortDriver {
    fun open(
        uri: String,
        commandTimeout: Duration = Duration.ofSeconds(5),
        connectTimeout: Duration = Duration.ofSeconds(4),
    ): RedisPort
}

/** Threads that a port has started and that have not ended; those that read the logs of test servers are others. */
internal fun ourThreads(): List<String> = Thread.getAllStackTraces().keys.map { it.name }
    .filter { it.startsWith("asynq4j-") && !it.startsWith("asynq4j-redis") }
