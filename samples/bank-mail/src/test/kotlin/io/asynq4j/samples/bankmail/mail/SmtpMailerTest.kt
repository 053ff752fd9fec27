package io.asynq4j.samples.bankmail.mail

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldNotBeInstanceOf
import java.io.IOException
import java.net.ServerSocket

/** A port on which nobody listens any more. */
private fun nowhere() = SmtpMailer("127.0.0.1", ServerSocket(0).use { it.localPort })

class SmtpMailerTest : FunSpec({
    test("what is no address is refused for good, whatever becomes of the mail server") {
        listOf("ada..b@example.org", "a@b_c.org").forAll {
            shouldThrow<RecipientRefusedException> { nowhere().send(Letters.welcome("Ada", it)) }
        }
    }

    test("a mail server that is away may be back later") {
        val failure = shouldThrow<IOException> { nowhere().send(Letters.welcome("Ada", "ada@example.org")) }
        failure.shouldNotBeInstanceOf<RecipientRefusedException>()
        failure.message shouldBe "the mail server cannot be talked to"
    }
})
