package io.asynq4j.redis.teeth

import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Reply
import io.asynq4j.redis.port.Script
import io.asynq4j.redis.port.Watch
import io.asynq4j.redis.port.Watcher
import java.util.concurrent.CompletionStage

/**
 * A script without one of its writes.
 *
 * @property line of the file, from 1
 * @property statement that line, as it was
 */
internal class Mutant private constructor(val of: Script, val line: Int, val statement: String, val script: Script) {
    override fun toString() = "${of.name().removePrefix("lua/")}:$line $statement"

    companion object {
        private val WRITES = Regex(
            "redis\\.p?call\\('(?:DEL|EXPIRE|EXPIREAT|HDEL|HINCRBY|HSET|INCR|INCRBY|LPUSH|LREM|LTRIM|PUBLISH|RENAME|" +
                "RPUSH|SADD|SET|SREM|UNLINK|ZADD|ZRANGESTORE|ZREM|ZREMRANGEBYRANK|ZREMRANGEBYSCORE)'",
        )

        /** One for each write; what is left out is as if it had been done once. */
        fun of(script: Script): List<Mutant> {
            val lines = script.source().lines()
            val start = lines.indexOfFirst { !it.startsWith("--") }
            return lines.flatMapIndexed { at, line ->
                WRITES.findAll(line.substringBefore(" --")).map { write ->
                    val mutated = lines.toMutableList()
                    mutated[at] = line.replaceRange(write.range, write.value.replaceBefore("(", "left_out"))
                    mutated.add(start, "local function left_out() return 1 end")
                    Mutant(script, at + 1, line.trim(), Script.of(script.name(), mutated.joinToString("\n")))
                }
            }
        }
    }
}

/** Does something before [port], and otherwise what that does: Kotlin does not delegate what has a default in Java. */
internal open class PortBefore(protected val port: RedisPort) : RedisPort by port {
    override fun watch(watcher: Watcher): Watch = port.watch(watcher)

    override fun isCluster(): Boolean = port.isCluster
}

/** Runs a mutant in the place of its original. */
internal class MutantPort(port: RedisPort, private val mutant: Mutant) : PortBefore(port) {
    override fun run(calls: List<Call>): CompletionStage<List<Reply>> =
        port.run(calls.map { if (it.script() == mutant.of) of(it) else it })

    private fun of(call: Call) = Call(mutant.script, call.command(), call.keys(), call.args())
}

/** Puts the scripts that are run into [used]. */
internal class RecordingPort(port: RedisPort, private val used: MutableSet<Script>) : PortBefore(port) {
    override fun run(calls: List<Call>): CompletionStage<List<Reply>> {
        synchronized(used) { used += calls.mapNotNull { it.script() } }
        return port.run(calls)
    }
}

/** Runs nothing any more when it is told to [stop]. */
internal class StoppablePort(port: RedisPort) : PortBefore(port) {
    @Volatile
    private var stopped = false

    override fun run(calls: List<Call>): CompletionStage<List<Reply>> {
        check(!stopped) { "the case is over" }
        return port.run(calls)
    }

    fun stop() {
        stopped = true
    }
}
