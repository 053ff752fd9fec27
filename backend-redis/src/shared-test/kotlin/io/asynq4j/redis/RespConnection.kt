package io.asynq4j.redis

import io.asynq4j.redis.port.Reply
import java.io.DataInputStream
import java.io.EOFException
import java.io.IOException
import java.net.Socket
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock

/** One connection to Redis in its own protocol, so that tests need no client library. */
internal class RespConnection(private val host: String, private val port: Int) : RawRedis {
    private val lock = ReentrantLock()
    private val socket = Socket(host, port).apply { soTimeout = 10_000 }
    private val input = DataInputStream(socket.getInputStream().buffered())
    private val output = socket.getOutputStream().buffered()

    /** The replies to commands sent in one flush. */
    fun send(commands: List<List<ByteArray>>): List<Reply> = lock.withLock {
        commands.forEach(::write)
        output.flush()
        commands.map { read() }
    }

    override operator fun invoke(vararg words: Any): Reply {
        val reply = send(listOf(words.map { it as? ByteArray ?: it.toString().encodeToByteArray() })).single()
        check(reply !is Reply.Failed) { "${words.first()}: $reply" }
        return reply
    }

    /** Another connection to the same Redis. */
    fun another() = RespConnection(host, port)

    /** Sends a command whose replies [listen] gets. */
    fun tell(vararg words: String) = lock.withLock {
        write(words.map { it.encodeToByteArray() })
        output.flush()
    }

    /** Passes on everything that comes from now on, on a thread of its own, until this is closed. */
    fun listen(heard: (Reply) -> Unit) {
        socket.soTimeout = 0
        thread(isDaemon = true, name = "resp-listener") {
            try {
                while (true) heard(read())
            } catch (_: IOException) {
                // closed
            }
        }
    }

    override fun close() = socket.close()

    private fun write(words: List<ByteArray>) {
        output.write("*${words.size}\r\n".encodeToByteArray())
        words.forEach {
            output.write("$${it.size}\r\n".encodeToByteArray())
            output.write(it)
            output.write("\r\n".encodeToByteArray())
        }
    }

    private fun read(): Reply {
        val line = line()
        val rest = line.drop(1)
        return when (line.first()) {
            '+' -> Reply.Bytes(rest.encodeToByteArray())
            '-' -> Reply.Failed(rest, true, null)
            ':' -> Reply.Int(rest.toLong())
            '$' -> if (rest == "-1") Reply.Nil.NIL else Reply.Bytes(bulk(rest.toInt()))
            '*' -> if (rest == "-1") Reply.Nil.NIL else Reply.Many(List(rest.toInt()) { read() })
            else -> error("not a reply: $line")
        }
    }

    private fun bulk(size: Int) = ByteArray(size).also {
        input.readFully(it)
        input.skipBytes(2)
    }

    private fun line() = buildString {
        while (true) {
            val byte = input.read()
            if (byte < 0) throw EOFException("Redis hung up")
            if (byte == '\r'.code) break
            append(byte.toChar())
        }
        input.read()
    }
}
