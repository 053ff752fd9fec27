package io.asynq4j.samples.quickstart

import io.asynq4j.handler.SkipRetryException
import io.asynq4j.samples.quickstart.Mailbox.Arrived
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import jakarta.mail.MessagingException
import jakarta.mail.SendFailedException
import org.subethamail.smtp.server.SMTPServer
import java.net.InetAddress

/** Letters to a mail server of our own, over real SMTP. */
class MailTest : FunSpec({
    val letters = Letters(listOf(Member("Дмитрий Соколов", "дмитрий@xn--e1afmkfd.example")))

    test("a letter arrives with the id of its task, at an address in any alphabet") {
        val mailbox = Mailbox()
        MailServer.start({ false }, mailbox).use { server ->
            Mailer(server.host(), server.port()).send(letters.verification("id-1", "дмитрий@xn--e1afmkfd.example"))
        }
        mailbox.messages() shouldContainExactly listOf(Arrived("id-1", "дмитрий@xn--e1afmkfd.example"))
    }

    test("a recipient who is turned away for now can be tried again") {
        val mailbox = Mailbox()
        var calls = 0
        MailServer.start({ calls++ == 0 }, mailbox).use { server ->
            val mailer = Mailer(server.host(), server.port())
            shouldThrow<SendFailedException> { mailer.send(letters.digest("id-1", "team@example.org")) }
            mailbox.messages().shouldBeEmpty()
            mailer.send(letters.digest("id-1", "team@example.org"))
        }
        mailbox.messages() shouldContainExactly listOf(Arrived("id-1", "team@example.org"))
    }

    test("a recipient who is refused for good is not tried again") {
        val server = SMTPServer.port(0).bindAddress(InetAddress.getLoopbackAddress()).hostName("localhost")
            .messageHandlerFactory { NobodyHere() }.build()
        server.start()
        try {
            val mailer = Mailer("127.0.0.1", server.portAllocated)
            shouldThrow<SkipRetryException> { mailer.send(letters.digest("id-1", "team@example.org")) }
        } finally {
            server.stop()
        }
    }

    test("a server that is not there is a failure like any other") {
        val gone = MailServer.start({ false }, Mailbox()).use { it.port() }
        shouldThrow<MessagingException> { Mailer("127.0.0.1", gone).send(letters.digest("id", "team@example.org")) }
    }

    test("a letter calls its reader by name, or by address where the name is not known") {
        letters.verification("id", "дмитрий@xn--e1afmkfd.example").subject shouldBe
            "Please confirm your address, Дмитрий Соколов"
        letters.verification("id", "eve@example.org").subject shouldBe "Please confirm your address, eve@example.org"
    }

    test("about one recipient in eight is turned away, some of them twice, and nobody for ever") {
        val greylist = Greylist()
        val refusals = List(800) { "member$it@example.org" }.map { recipient ->
            generateSequence { greylist.refuses(recipient) }.takeWhile { it }.count()
        }
        refusals.count { it > 0 } shouldBeInRange 60..140
        refusals.toSet() shouldBe setOf(0, 1, 2)
    }
})

private class NobodyHere : org.subethamail.smtp.MessageHandler {
    override fun from(from: String) = Unit

    override fun recipient(recipient: String): Unit =
        throw org.subethamail.smtp.RejectException(550, "5.1.1 nobody of this name")

    override fun data(data: java.io.InputStream): String? = null

    override fun done() = Unit
}
