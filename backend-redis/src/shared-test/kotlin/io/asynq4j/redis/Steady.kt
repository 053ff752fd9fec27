package io.asynq4j.redis

import io.asynq4j.testing.redis.RedisClusterForTests
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.RedisSentinelForTests

private const val LONG = "30000"

/** Servers for cases that are not about failover: one that gets no processor for a while is not given up meanwhile. */
internal object Steady {
    fun cluster(): RedisClusterForTests = RedisForTests.cluster(0, "--cluster-node-timeout", LONG)

    fun sentinel(): RedisSentinelForTests = RedisForTests.sentinel().apply {
        sentinels().forEach { it.ask("SENTINEL", "SET", master(), "down-after-milliseconds", LONG) }
    }
}
