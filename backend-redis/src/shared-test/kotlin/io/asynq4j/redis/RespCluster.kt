package io.asynq4j.redis

import io.asynq4j.redis.port.Reply
import io.asynq4j.testing.redis.RedisClusterForTests
import io.asynq4j.testing.redis.RedisForTests

/** A cluster with the primaries that it started with, as if it were one server: each command goes to where its first key is, one without a key to all primaries. */
internal class RespCluster(private val cluster: RedisClusterForTests) : RawRedis {
    private val connections = mutableMapOf<RedisForTests, RespConnection>()
    private val homes = mutableMapOf<String, RedisForTests>()

    override operator fun invoke(vararg words: Any): Reply {
        if (words.first() in KEYLESS) {
            val replies = cluster.nodes().take(PRIMARIES).map { at(it)(*words) }
            return if (replies.first() is Reply.Many) Reply.Many(replies.flatMap { it.items() }) else replies.first()
        }
        return at(home(words[1].toString()))(*words)
    }

    override fun close() = connections.values.forEach { it.close() }

    /** By what counts for the slot, and the same for as long as the fixture lives. */
    private fun home(key: String): RedisForTests {
        val tag = if ("}" in key.substringAfter('{', "")) key.substringAfter('{').substringBefore('}') else key
        return homes.getOrPut(tag) { cluster.primaryOf(key) }
    }

    private fun at(server: RedisForTests) =
        connections.getOrPut(server) { RespConnection(server.host(), server.port()) }

    private companion object {
        const val PRIMARIES = 3
        val KEYLESS = setOf("FLUSHALL", "KEYS")
    }
}
