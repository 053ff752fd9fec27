package io.asynq4j.redis.driver

import java.io.BufferedReader
import java.io.IOException
import java.net.ServerSocket
import java.net.Socket
import kotlin.concurrent.thread

/** Answers a login and questions about itself as a Redis of [version] would; before 6 that knows no `HELLO`. */
internal class OldServer(private val version: String) : AutoCloseable {
    private val server = ServerSocket(0)
    val uri = "redis://127.0.0.1:${server.localPort}"

    init {
        thread(isDaemon = true, name = "old-server") {
            try {
                while (true) server.accept().let { thread(isDaemon = true, name = "old-server-client") { serve(it) } }
            } catch (_: IOException) {
                // closed
            }
        }
    }

    override fun close() = server.close()

    private fun serve(client: Socket) = client.use {
        val input = it.getInputStream().bufferedReader()
        try {
            while (true) {
                it.getOutputStream().write(answer(words(input) ?: break).encodeToByteArray())
            }
        } catch (_: IOException) {
            // the client has gone
        }
    }

    private fun words(input: BufferedReader): List<String>? {
        val count = input.readLine()?.drop(1)?.toInt() ?: return null
        return List(count) {
            input.readLine() // its length; no word here has a line break
            input.readLine()
        }
    }

    private fun answer(words: List<String>): String {
        val info = "# Server\r\nredis_version:$version\r\n"
        return when (words.first().uppercase()) {
            "PING" -> "+PONG\r\n"
            "INFO" -> "$${info.length}\r\n$info\r\n"
            "SELECT", "AUTH" -> "+OK\r\n"
            "HELLO" -> if (version < "6") unknown(words) else hello(words[1])
            else -> unknown(words)
        }
    }

    private fun hello(protocol: String) = (if (protocol == "3") "%2" else "*4") +
        "\r\n$7\r\nversion\r\n$${version.length}\r\n$version\r\n$5\r\nproto\r\n:$protocol\r\n"

    private fun unknown(words: List<String>) = "-ERR unknown command `${words.first()}`, with args beginning with: \r\n"
}
