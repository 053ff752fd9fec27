package io.asynq4j.interop

import tools.jackson.databind.JsonNode
import java.time.Instant

/** What a recording holds of a Redis that is too large to list: counts. */
internal object Summary {
    fun differences(redis: RawRedis, recorded: JsonNode): List<Difference> {
        if (recorded.has("history_zcard")) {
            val history = redis.sync.keys("asynq:scheduler_history:*").single()
            val ours = obj(
                "history_zcard" to redis.sync.zcard(history),
                "lowest_member" to redis.sync.zrange(history, 0, 0).single().decodeToString(),
            )
            return Comparison(emptyMap(), Instant.now()).differences("", recorded, ours)
        }
        val archived = "asynq:{default}:archived"
        val ours = obj(
            "archived_zcard" to redis.sync.zcard(archived),
            "task_hashes" to redis.sync.keys("asynq:{default}:t:*").size,
            "lowest_member" to redis.sync.zrange(archived, 0, 0).single().decodeToString(),
            "highest_member" to redis.sync.zrange(archived, -1, -1).single().decodeToString(),
        )
        return Comparison(emptyMap(), Instant.now()).differences("", recorded, ours)
    }
}
