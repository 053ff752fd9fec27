package io.asynq4j.lettuce.campaign

import io.asynq4j.redis.wire.Wire
import io.lettuce.core.RedisClient
import io.lettuce.core.codec.ByteArrayCodec

/**
 * What Redis has of some queues when all is done.
 *
 * @param places for each id, each container that has it, as `queue container`
 * @param records what the tasks that are left say of themselves
 * @param keys all keys of the queues but their counters
 * @param processed the sum of their counters
 * @param failed the same
 */
internal class Remains(
    val places: Map<String, List<String>>,
    val records: Map<String, Record>,
    val keys: Set<String>,
    val processed: Long,
    val failed: Long,
) {
    class Record(val error: String, val retried: Int, val result: String?)

    companion object {
        fun of(uri: String, censuses: Map<String, Census>): Remains {
            val places = HashMap<String, MutableList<String>>()
            val records = HashMap<String, Record>()
            val client = RedisClient.create(uri)
            try {
                val commands = client.connect(ByteArrayCodec.INSTANCE).sync()
                censuses.forEach { (queue, census) ->
                    census.places().forEach { (container, ids) ->
                        ids.forEach { places.getOrPut(it, ::ArrayList) += "$queue $container" }
                    }
                    census.leftovers().filter { ":t:" in it }.forEach { key ->
                        val hash = commands.hgetall(key.toByteArray()).mapKeys { String(it.key) }
                        val progress = Wire.decode(hash.getValue("msg")).progress()
                        records[key.substringAfter(":t:")] =
                            Record(progress.error(), progress.retried(), hash["result"]?.let { String(it) })
                    }
                }
            } finally {
                client.shutdown()
            }
            fun sum(counter: String) = censuses.entries.sumOf { (queue, census) ->
                census.commands().get("asynq:{$queue}:$counter")?.toLong() ?: 0
            }
            return Remains(
                places,
                records,
                censuses.values.flatMap { it.leftovers() }.toSet(),
                sum("processed"),
                sum("failed"),
            )
        }
    }
}
