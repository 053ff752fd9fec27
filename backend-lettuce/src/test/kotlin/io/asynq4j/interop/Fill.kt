package io.asynq4j.interop

import io.kotest.matchers.shouldBe

/** Bulk inserts, which the recordings describe in words. */
internal object Fill {
    const val ARCHIVE =
        "for n = 1..9999: ZADD asynq:{default}:archived <now-1000> old-<n as 5 digits>; " +
            "HSET asynq:{default}:t:old-<n> state archived"

    private const val SCRIPT =
        "for n = 1, 9999 do local id = string.format('old-%05d', n) " +
            "redis.call('ZADD', KEYS[1], ARGV[1], id) " +
            "redis.call('HSET', ARGV[2] .. id, 'state', 'archived') end return 1"

    fun archive(redis: RawRedis, nowUnixSeconds: Long) {
        val archived = "asynq:{default}:archived"
        redis.run("EVAL", SCRIPT, "1", archived, "${nowUnixSeconds - 1000}", "asynq:{default}:t:") shouldBe "1"
    }
}
