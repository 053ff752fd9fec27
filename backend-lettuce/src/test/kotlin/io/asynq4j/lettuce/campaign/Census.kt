package io.asynq4j.lettuce.campaign

import io.lettuce.core.RedisClient
import io.lettuce.core.ScriptOutputType

/** Looks at a queue in Redis, past all of our own code. */
internal class Census(uri: String, private val queue: String) : AutoCloseable {
    private val client = RedisClient.create(uri)
    private val commands = client.connect().sync()

    /** All ids in each of the queue's containers, at one moment. */
    fun places(): Map<String, List<String>> {
        val found = commands.eval<List<List<String>>>(PLACES, ScriptOutputType.MULTI, arrayOf("asynq:{$queue}:"))
        return CONTAINERS.zip(found).toMap()
    }

    /** How many ids there are in all of them. */
    fun size(): Long = commands.eval(SIZE, ScriptOutputType.INTEGER, arrayOf("asynq:{$queue}:"))

    /** Keys of the queue that should be gone when all its tasks are. */
    fun leftovers(): List<String> = commands.keys("asynq:{$queue}:*")
        .filterNot { it.removePrefix("asynq:{$queue}:").substringBefore(':') in COUNTERS }

    /** Tasks that have still to be run, and groups that have members. */
    fun unended(): List<String> = places().filterKeys { it != "archived" && it != "completed" }.values.flatten() +
        leftovers().filter { it.removePrefix("asynq:{$queue}:").substringBefore(':') in GROUPS }

    fun commands() = commands

    override fun close() = client.shutdown()

    companion object {
        private val CONTAINERS = listOf("pending", "active", "lease", "scheduled", "retry", "archived", "completed")
        private val GROUPS = listOf("g", "groups", "aggregation_sets", "aggregated")
        private val COUNTERS = listOf("processed", "failed", "periodic") // what stays
        private const val SIZE = """
            local size = redis.call('LLEN', KEYS[1] .. 'pending') + redis.call('LLEN', KEYS[1] .. 'active')
            for _, zset in ipairs({'lease', 'scheduled', 'retry', 'archived', 'completed'}) do
              size = size + redis.call('ZCARD', KEYS[1] .. zset)
            end
            return size
        """
        private const val PLACES = """
            local all = {}
            for i, list in ipairs({'pending', 'active'}) do
              all[i] = redis.call('LRANGE', KEYS[1] .. list, 0, -1)
            end
            for i, zset in ipairs({'lease', 'scheduled', 'retry', 'archived', 'completed'}) do
              all[i + 2] = redis.call('ZRANGE', KEYS[1] .. zset, 0, -1)
            end
            return all
        """
    }
}
