package io.asynq4j.redis

import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Reply
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.Consumer

/** The plainest port there can be: it blocks, and has a connection for commands and one to listen. */
internal class RespPort(private val connection: RespConnection) : RedisPort {
    private val subscriptions = lazy { RespSubscriptions(connection.another()) }

    override fun run(calls: List<Call>): CompletionStage<List<Reply>> = CompletableFuture.completedFuture(
        try {
            connection.send(calls.map { words(it) }).zip(calls) { reply, call ->
                val source = call.script()?.source()
                if (source != null && reply is Reply.Failed && reply.message.startsWith("NOSCRIPT")) {
                    connection.send(listOf(words(call, source))).single()
                } else {
                    reply
                }
            }
        } catch (broken: IOException) {
            calls.map { Reply.Failed(broken.toString(), false, broken) }
        },
    )

    override fun subscribe(channel: String, message: Consumer<String>) =
        subscriptions.value.add(channel, message::accept)

    override fun blocking() = true

    override fun close() {
        if (subscriptions.isInitialized()) subscriptions.value.close()
        connection.close()
    }

    /** A script by its hash, or by [source]. */
    private fun words(call: Call, source: String? = null): List<ByteArray> {
        val script = call.script()
        val start = when {
            script == null -> listOf(call.command())
            source == null -> listOf("EVALSHA", script.sha1(), "${call.keys().size}")
            else -> listOf("EVAL", source, "${call.keys().size}")
        }
        return (start + call.keys()).map { it.encodeToByteArray() } + call.args()
    }
}
