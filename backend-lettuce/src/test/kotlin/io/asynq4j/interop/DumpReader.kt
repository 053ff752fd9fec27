package io.asynq4j.interop

import io.asynq4j.redis.wire.Wire
import io.asynq4j.redis.wire.WireException
import tools.jackson.databind.JsonNode
import tools.jackson.databind.node.ObjectNode
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.time.Instant

/** Reads a whole Redis into the form of the recordings. */
internal class DumpReader(private val redis: RawRedis) {
    fun read(): Dump {
        val keys = redis.sync.keys("*").associateWith { key(it) }
        return Dump(Instant.now(), keys)
    }

    private fun key(name: String): JsonNode {
        val type = redis.sync.type(name)
        val key = obj("type" to type, "ttl_s" to redis.sync.ttl(name))
        when (type) {
            "string" -> string(name, key)

            "list" -> key.set("items", json(redis.sync.lrange(name, 0, -1).map { item(name, it) }))

            "set" -> key.set("members", json(redis.sync.smembers(name).map { it.decodeToString() }.sorted()))

            "zset" -> key.set(
                "members",
                json(
                    redis.sync.zrangeWithScores(name, 0, -1).map {
                        member(name, it.value, it.score)
                    },
                ),
            )

            "hash" -> hash(name, key)

            else -> error("$name is a $type")
        }
        return key
    }

    private fun string(name: String, key: ObjectNode) {
        val value = redis.sync.get(name)
        if (name.startsWith("asynq:servers:")) {
            key.set("value", obj("hex" to value.hex()))
            key.set("decoded", Presence.server(value))
        } else {
            key.set("value", bytes(value))
        }
    }

    private fun hash(name: String, key: ObjectNode) {
        val fields = redis.sync.hgetall(name)
        if (name.startsWith("asynq:workers:")) {
            key.set(
                "fields",
                json(
                    fields.mapValues {
                        obj(
                            "hex" to it.value.hex(),
                            "decoded" to Presence.worker(it.value),
                        )
                    },
                ),
            )
        } else {
            key.set("fields", json(fields.mapValues { bytes(it.value) }))
            fields["msg"]?.let(::message)?.let { key.set("msg", it) }
        }
    }

    private fun message(bytes: ByteArray): JsonNode? = try {
        MessageJson.of(Wire.decode(bytes))
    } catch (_: WireException) {
        null
    }

    /** Scores are whole numbers; one that is not must not look like one. */
    private fun member(key: String, member: ByteArray, score: Double): JsonNode {
        val number: Number = if (score % 1 == 0.0) score.toLong() else score
        if (key.startsWith("asynq:scheduler_history:")) {
            return obj("member_hex" to member.hex(), "decoded" to Presence.schedulerEvent(member), "score" to number)
        }
        return obj("member" to member.decodeToString(), "score" to number)
    }

    private fun item(key: String, item: ByteArray): Any = if (key.startsWith("asynq:schedulers:")) {
        obj("hex" to item.hex(), "decoded" to Presence.schedulerEntry(item))
    } else {
        item.decodeToString()
    }

    private fun bytes(value: ByteArray): JsonNode = try {
        val text = Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString()
        if (text.any { it.isISOControl() }) obj("hex" to value.hex()) else obj("utf8" to text)
    } catch (_: CharacterCodingException) {
        obj("hex" to value.hex())
    }
}
