package io.asynq4j.lettuce.campaign

import io.lettuce.core.ScriptOutputType
import io.lettuce.core.api.sync.RedisCommands
import kotlin.random.Random

/**
 * Does to a queue what people and other programs can do to it, and remembers which tasks it has hurt: those whose record it
 * took or broke, and those whose lease it took. Used by one thread.
 */
internal class Vandal(
    private val redis: RedisCommands<String, String>,
    private val queue: String,
    private val random: Random,
) {
    private val prefix = "asynq:{$queue}:"
    private val deeds = listOf(::garbage, ::ghosts, ::overwrite, ::delete, ::foreign)
    private var disguised: String? = null
    private var foreigners = 0
    var acts = 0
        private set
    val hurt = HashSet<String>()

    /** The next of its deeds, each in turn. */
    fun act() {
        deeds[acts++ % deeds.size]()
    }

    /** Takes away what lies where keys of ours should be. */
    fun undisguise() {
        disguised?.let { eval(UNDISGUISE, prefix + it, aside(it)) }
        disguised = null
    }

    /** A new task that nobody can read. */
    private fun garbage() {
        val id = "garbage-$acts"
        eval(GARBAGE, prefix + "pending", prefix + "t:" + id, id)
        hurt += id
    }

    /** Ids without a task, wherever ids are. */
    private fun ghosts() {
        eval(GHOSTS, prefix, "ghost-$acts")
    }

    private fun overwrite() = someone()?.let { if (eval(OVERWRITE, prefix + "t:" + it) == listOf("1")) hurt += it }

    private fun delete() = someone()?.let { if (eval(DELETE, prefix + "t:" + it) == listOf("1")) hurt += it }

    /** Something else instead of one of the queue's keys, until the next time. */
    private fun foreign() {
        if (disguised != null) {
            undisguise()
            return
        }
        val key = DISGUISES[foreigners++ % DISGUISES.size]
        hurt += eval(if (key == "lease") DESTROY else DISGUISE, prefix + key, aside(key))
        disguised = key
    }

    private fun someone(): String? = eval(EVERYONE, prefix).randomOrNull(random)

    private fun aside(key: String) = "aside:{$queue}:$key"

    private fun eval(script: String, vararg arguments: String): List<String> =
        redis.eval(script, ScriptOutputType.MULTI, emptyArray(), *arguments)

    private companion object {
        val DISGUISES = listOf("pending", "lease", "retry", "active", "archived", "scheduled", "processed", "completed")

        const val GARBAGE = """
            if type(redis.pcall('LPUSH', ARGV[1], ARGV[3])) == 'number' then
              redis.call('HSET', ARGV[2], 'msg', 'no message', 'state', 'pending')
            end
            return {}
        """
        const val GHOSTS = """
            redis.pcall('LPUSH', ARGV[1] .. 'pending', ARGV[2])
            redis.pcall('LPUSH', ARGV[1] .. 'active', ARGV[2])
            redis.pcall('ZADD', ARGV[1] .. 'lease', 1, ARGV[2])
            redis.pcall('ZADD', ARGV[1] .. 'scheduled', 1, ARGV[2])
            return {}
        """
        const val OVERWRITE = """
            if redis.call('EXISTS', ARGV[1]) == 0 then
              return {}
            end
            redis.call('HSET', ARGV[1], 'msg', 'no message')
            return { '1' }
        """
        const val DELETE = "return redis.call('DEL', ARGV[1]) == 1 and { '1' } or {}"
        const val DISGUISE = """
            redis.pcall('RENAME', ARGV[1], ARGV[2])
            redis.call('SET', ARGV[1], 'something else')
            return {}
        """
        const val UNDISGUISE = """
            redis.call('DEL', ARGV[1])
            redis.pcall('RENAME', ARGV[2], ARGV[1])
            return {}
        """
        const val DESTROY = """
            local ids = redis.call('ZRANGE', ARGV[1], 0, -1)
            redis.call('SET', ARGV[1], 'something else')
            return ids
        """
        const val EVERYONE = """
            local ids = {}
            for _, key in ipairs({'pending', 'active'}) do
              local some = redis.pcall('LRANGE', ARGV[1] .. key, 0, -1)
              for i = 1, #some do ids[#ids + 1] = some[i] end
            end
            local some = redis.pcall('ZRANGE', ARGV[1] .. 'retry', 0, -1)
            for i = 1, #some do ids[#ids + 1] = some[i] end
            return ids
        """
    }
}
