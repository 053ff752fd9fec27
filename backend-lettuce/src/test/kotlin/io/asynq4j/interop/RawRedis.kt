package io.asynq4j.interop

import io.lettuce.core.RedisClient
import io.lettuce.core.codec.ByteArrayCodec
import io.lettuce.core.codec.RedisCodec
import io.lettuce.core.codec.StringCodec
import io.lettuce.core.output.ArrayOutput
import io.lettuce.core.protocol.CommandArgs
import io.lettuce.core.protocol.ProtocolKeyword
import io.lettuce.core.pubsub.RedisPubSubAdapter

/** A connection of the tests' own, that knows nothing of tasks. Whoever opens it closes it. */
internal class RawRedis(uri: String) : AutoCloseable {
    private val codec: RedisCodec<String, ByteArray> = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)
    private val client = RedisClient.create(uri)
    private val connection = client.connect(codec)

    val sync get() = connection.sync()

    /** Runs a command, and answers its reply as text, null where it is nil. */
    fun run(vararg command: String): String? = run(command.map { it.toByteArray() })

    /** The same, with arguments of whatever bytes. */
    fun run(command: List<ByteArray>): String? {
        val args = CommandArgs(codec)
        command.drop(1).forEach { args.add(it) }
        val name = Keyword(command[0].decodeToString())
        return when (val reply: Any? = sync.dispatch(name, ArrayOutput(codec), args).single()) {
            is ByteArray -> reply.decodeToString()
            else -> reply?.toString()
        }
    }

    /** Tells the messages of [channel] until the answer is closed; Redis knows when this returns. */
    fun listen(channel: String, message: (String) -> Unit): AutoCloseable {
        val listening = client.connectPubSub(StringCodec.UTF8)
        listening.addListener(object : RedisPubSubAdapter<String, String>() {
            override fun message(from: String, text: String) = message(text)
        })
        listening.sync().subscribe(channel)
        return listening
    }

    override fun close() {
        client.shutdown(java.time.Duration.ZERO, java.time.Duration.ofSeconds(5))
    }

    private class Keyword(private val name: String) : ProtocolKeyword {
        override fun getBytes() = name.toByteArray()

        override fun toString() = name
    }
}
