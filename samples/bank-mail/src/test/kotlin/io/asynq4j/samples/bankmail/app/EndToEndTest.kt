package io.asynq4j.samples.bankmail.app

import io.asynq4j.samples.bankmail.app.BankMail.Role
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import java.io.ByteArrayOutputStream
import java.io.PrintStream

/** The application as `start` starts it, on an embedded Redis, H2, and a mail server, and what `client` does with it. */
class EndToEndTest : FunSpec({
    test("members sign up over gRPC, get their mails, and are verified with the codes in them") {
        val mailbox = tempdir().toPath()
        val settings = mapOf("BANK_MAIL_PORT" to "0", "BANK_MAIL_MAILBOX" to "$mailbox")
        val out = ByteArrayOutputStream()
        BankMail.open(Settings.of(settings), Role.ALL).use { bank ->
            bank.start()
            Client.play(Settings.of(settings + ("BANK_MAIL_PORT" to "${bank.port()}")), 2, PrintStream(out))
        }
        val told = out.toString().trim()
        told shouldContain "Welcome"
        told shouldEndWith "all 2 members are verified"
    }
})
