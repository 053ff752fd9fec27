package io.asynq4j.redis

import io.asynq4j.redis.port.Reply
import io.asynq4j.testing.redis.RedisClusterForTests
import io.asynq4j.testing.redis.RedisForTests

/** A cluster as if it were one server: each command goes to where its first key is, one without a key to all primaries. */
internal class RespCluster(private val cluster: RedisClusterForTests) : RawRedis {
    private val connections = mutableMapOf<RedisForTests, RespConnection>()
    private val homes = mutableMapOf<Int, RedisForTests>()

    override operator fun invoke(vararg words: Any): Reply {
        if (words.first() in KEYLESS) {
            val replies = (0..2).map { primary(it * 16384 / 3 + 1) }.distinct().map { at(it)(*words) }
            return if (replies.first() is Reply.Many) Reply.Many(replies.flatMap { it.items() }) else replies.first()
        }
        return at(primary(cluster.slotOf(words[1].toString())))(*words)
    }

    override fun close() = connections.values.forEach { it.close() }

    /** Stays the same as long as the fixture does. */
    private fun primary(slot: Int) = homes.getOrPut(slot) { cluster.primaryOf(slot) }

    private fun at(server: RedisForTests) =
        connections.getOrPut(server) { RespConnection(server.host(), server.port()) }

    private companion object {
        val KEYLESS = setOf("FLUSHALL", "KEYS")
    }
}
