package io.asynq4j.redis

import io.asynq4j.time.Handle
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch

/** Who listens to which channel, over one connection; they are never taken back from Redis. */
internal class RespSubscriptions(private val connection: RespConnection) : AutoCloseable {
    private class Listener(val message: (String) -> Unit)

    private val listeners = ConcurrentHashMap<String, MutableList<Listener>>()
    private val confirmed = ConcurrentHashMap<String, CountDownLatch>()

    init {
        connection.listen { reply ->
            val (kind, channel, text) = reply.items()
            when (kind.text()) {
                "message" -> listeners[channel.text()].orEmpty().forEach { it.message(text.text()) }
                "subscribe" -> confirmed[channel.text()]?.countDown()
            }
        }
    }

    /** Returns when Redis knows. */
    fun add(channel: String, message: (String) -> Unit): Handle {
        val listener = Listener(message)
        listeners.computeIfAbsent(channel) { CopyOnWriteArrayList() } += listener
        val known = confirmed.computeIfAbsent(channel) { CountDownLatch(1) }
        connection.tell("SUBSCRIBE", channel)
        known.await()
        return Handle { listeners.getValue(channel) -= listener }
    }

    override fun close() = connection.close()
}
