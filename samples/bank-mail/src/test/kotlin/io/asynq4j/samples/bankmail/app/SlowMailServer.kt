package io.asynq4j.samples.bankmail.app

import org.subethamail.smtp.MessageHandler
import org.subethamail.smtp.server.SMTPServer
import java.io.InputStream
import java.net.InetAddress
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** Takes [millis] for each mail, so that whoever is killed is in the middle of some. Keeps what it has taken. */
internal class SlowMailServer(millis: Long) : AutoCloseable {
    class Taken(val recipient: String, val text: String)

    val mails = CopyOnWriteArrayList<Taken>()

    private val server = SMTPServer.port(0)
        .bindAddress(InetAddress.getLoopbackAddress())
        .hostName("localhost")
        .maxConnections(100)
        .messageHandlerFactory {
            object : MessageHandler {
                var recipient = ""

                override fun from(sender: String) = Unit

                override fun recipient(recipient: String) {
                    this.recipient = recipient
                }

                override fun data(data: InputStream): String? {
                    val text = data.readAllBytes().decodeToString()
                    CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
                    mails += Taken(recipient, text)
                    return null
                }

                override fun done() = Unit
            }
        }
        .build()
        .also { it.start() }

    val address get() = "127.0.0.1:${server.portAllocated}"

    override fun close() = server.stop()
}
