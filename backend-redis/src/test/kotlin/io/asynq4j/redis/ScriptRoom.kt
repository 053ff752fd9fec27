package io.asynq4j.redis

import io.asynq4j.redis.keys.Keys
import io.asynq4j.redis.port.Script
import io.asynq4j.testing.redis.RedisForTests

/** An emptied Redis in which scripts are tried one by one, and what they need to run. */
internal class ScriptRoom(server: RedisForTests) : AutoCloseable {
    val redis = RespConnection(server.host(), server.port()).apply { this("FLUSHALL") }

    /** What [script] answers, as plain values; fails when that is an error. */
    fun run(script: Script, keys: List<String>, args: List<Any>): Any? =
        redis("EVAL", script.source(), keys.size, *keys.toTypedArray(), *args.toTypedArray()).plain

    /** Everything there is: values by key, with a deadline in unix seconds where there is one. */
    fun all(): Map<String, Any?> = redis("KEYS", "*").items().map { it.text() }.sorted().associateWith { value(it) }

    fun hash(key: String): Map<String, String> =
        redis("HGETALL", key).items().chunked(2).associate { (name, value) -> name.text() to value.text() }

    fun task(id: String, queue: String = QUEUE): Map<String, String> = hash(Keys.task(queue, id))

    /** From left to right. */
    fun list(key: String): List<String> = redis("LRANGE", key, 0, -1).items().map { it.text() }

    fun zset(key: String): Map<String, Long> =
        redis("ZRANGE", key, 0, -1, "WITHSCORES").items().chunked(2).associate { (id, score) ->
            id.text() to
                score.text().toLong()
        }

    fun set(key: String): Set<String> = redis("SMEMBERS", key).items().map { it.text() }.toSet()

    fun get(key: String): String? = redis("GET", key).let { if (it.isNil) null else it.text() }

    fun exists(key: String): Boolean = redis("EXISTS", key).integer() == 1L

    /** A task's hash, and nothing else. */
    fun record(id: String, vararg fields: Pair<String, Any>, queue: String = QUEUE) {
        redis("HSET", Keys.task(queue, id), *fields.flatMap { listOf(it.first, it.second) }.toTypedArray())
    }

    fun pending(vararg ids: String, queue: String = QUEUE) = ids.forEach {
        record(it, "msg" to "message of $it", "state" to "pending", "pending_since" to 1, queue = queue)
        redis("LPUSH", Keys.pending(queue), it)
    }

    fun active(id: String, attempt: String?, expiry: Long = 100, queue: String = QUEUE) {
        record(id, "msg" to "message of $id", "state" to "active", queue = queue)
        if (attempt != null) record(id, "attempt" to attempt, queue = queue)
        redis("LPUSH", Keys.active(queue), id)
        redis("ZADD", Keys.lease(queue), expiry, id)
    }

    /** A task in one of the sorted sets. */
    fun waiting(id: String, state: String, score: Long, vararg fields: Pair<String, Any>) {
        record(id, "msg" to "message of $id", "state" to state, *fields)
        redis("ZADD", Keys.prefix(QUEUE) + state, score, id)
    }

    override fun close() = redis.close()

    private fun value(key: String): Any? = when (val type = redis("TYPE", key).text()) {
        "string" -> get(key)
        "hash" -> hash(key)
        "list" -> list(key)
        "set" -> set(key)
        "zset" -> zset(key)
        else -> error("$key is a $type")
    }

    companion object {
        const val QUEUE = "q"
        const val OTHER = "other"
    }
}
