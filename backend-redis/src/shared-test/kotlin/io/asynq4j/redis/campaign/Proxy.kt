package io.asynq4j.redis.campaign

import java.io.EOFException
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock

/**
 * Stands between a driver and Redis, and behaves as badly as a network can.
 *
 * @param hangsUpAt whether it cuts a connection instead of passing on what the driver says
 */
internal class Proxy(
    @Volatile private var redisPort: Int,
    private val hangsUpAt: (String) -> Boolean = { false },
) : AutoCloseable {
    enum class Mood {
        FAITHFUL,

        /** What Redis says is thrown away: calls run, and their replies never come. */
        DEAF,

        /** Nothing goes either way, and nothing is thrown away. */
        STALLED,
    }

    private val loopback = InetAddress.getLoopbackAddress()
    private val door = ServerSocket(0, 50, loopback)
    private val sockets = ConcurrentHashMap.newKeySet<Socket>()
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()

    /** Guarded by [lock] while it is waited for. */
    @Volatile
    private var mood = Mood.FAITHFUL

    val uri get() = "redis://${loopback.hostAddress}:${door.localPort}"

    init {
        background {
            while (true) {
                welcome(door.accept())
            }
        }
    }

    fun be(mood: Mood) = lock.withLock {
        this.mood = mood
        changed.signalAll()
    }

    /** From now on whoever comes is led to another server; those who are there stay where they are. */
    fun leadTo(port: Int) {
        redisPort = port
    }

    /** Cuts every connection, in the middle of whatever is said. */
    fun cut() = sockets.forEach { it.close() }

    override fun close() {
        door.close()
        cut()
        be(Mood.FAITHFUL)
    }

    private fun welcome(guest: Socket) {
        val redis = Socket(loopback, redisPort)
        sockets += listOf(guest, redis)
        pump(guest, redis) { said ->
            if (hangsUpAt(said)) {
                throw EOFException("hung up")
            }
            false
        }
        pump(redis, guest) { mood == Mood.DEAF }
    }

    private fun pump(from: Socket, to: Socket, swallows: (String) -> Boolean) = background {
        from.use {
            to.use {
                carry(from.getInputStream(), to.getOutputStream(), swallows)
                sockets -= listOf(from, to)
            }
        }
    }

    private fun carry(from: InputStream, to: OutputStream, swallows: (String) -> Boolean) {
        val buffer = ByteArray(8_192)
        while (true) {
            val size = from.read(buffer)
            if (size < 0) {
                return
            }
            lock.withLock {
                while (mood == Mood.STALLED) {
                    changed.await()
                }
            }
            if (!swallows(String(buffer, 0, size, Charsets.ISO_8859_1))) {
                to.write(buffer, 0, size)
            }
        }
    }

    private fun background(work: () -> Unit) = thread(isDaemon = true, name = "proxy") {
        try {
            work()
        } catch (_: IOException) {
            // one of the three has hung up
        }
    }
}
