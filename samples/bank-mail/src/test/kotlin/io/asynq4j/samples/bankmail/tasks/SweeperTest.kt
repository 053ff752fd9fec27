package io.asynq4j.samples.bankmail.tasks

import io.asynq4j.kotest.advance
import io.asynq4j.samples.bankmail.Bank
import io.asynq4j.samples.bankmail.Language
import io.asynq4j.samples.bankmail.mail.RecipientRefusedException
import io.asynq4j.samples.bankmail.signup.SignUp
import io.asynq4j.task.BrokerUnavailableException
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.io.IOException
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes

class SweeperTest : FunSpec({
    fun bank() = autoClose(Bank(Language.JAVA))

    test("however many were refused before, who got lost after them is found, and nobody else is counted") {
        val bank = bank()
        repeat(6) { bank.mailer.failures += RecipientRefusedException(IOException("550")) }
        bank.signUp.create("Nobody", "nobody@example.org")
        bank.signUp.create("No one", "no-one@example.org")
        bank.tasks.advance(2.days)
        bank.tasks.archived() shouldHaveSize 6
        val ada = bank.lost("ada@example.org")
        val sweeper = Sweeper(bank.members, bank.distributor, 2)

        bank.sweep(sweeper) shouldBe 1
        bank.members.find(ada).get().asked shouldBe true
        bank.sweep(sweeper) shouldBe 0
    }

    test("members of the same moment are found once each, on whatever page they are") {
        val bank = bank()
        val five = List(5) { bank.lost("member-$it@example.org") }
        bank.sweep(Sweeper(bank.members, bank.distributor, 2)) shouldBe 5
        five.map { bank.members.find(it).get().asked } shouldBe List(5) { true }
    }

    test("wherever Redis goes away while the tasks are enqueued, all mails come in the end") {
        repeat(3) { stored ->
            val bank = bank()
            bank.lost("ada@example.org", stored)
            bank.sweep(Sweeper(bank.members, bank.distributor)) shouldBe 1
            bank.tasks.advance(1.days)
            bank.mailer.subjects().distinct() shouldContainExactlyInAnyOrder
                listOf("Welcome", "Please confirm your address", "Your address is still to be confirmed")
        }
    }

    test("who cannot be sent the code is not welcomed again each night") {
        val bank = bank()
        bank.signUp.create("Ada", "ada@example.org")
        bank.tasks.runDue()
        bank.mailer.failures += RecipientRefusedException(IOException("550"))
        bank.tasks.advance(2.days)
        bank.mailer.letters.clear()
        bank.sweep(Sweeper(bank.members, bank.distributor)) shouldBe 0
        bank.mailer.letters.shouldBeEmpty()
    }
})

/** Makes a member of whose tasks Redis takes only so many. */
private fun Bank.lost(email: String, stored: Int = 0): Long {
    var left = stored
    val failing = object : TaskDistributor by distributor {
        override fun sendVerifyEmail(memberId: Long) = perhaps { distributor.sendVerifyEmail(memberId) }

        override fun sendWelcomeEmail(memberId: Long) = perhaps { distributor.sendWelcomeEmail(memberId) }

        override fun sendReminderEmail(memberId: Long) = perhaps { distributor.sendReminderEmail(memberId) }

        private fun perhaps(send: () -> Boolean): Boolean {
            if (left-- <= 0) throw BrokerUnavailableException("away", null)
            return send()
        }
    }
    return SignUp(database, members, failing).create("Ada", email)
}

/** Has it look at members of an hour, and the tasks of what it finds done. */
private fun Bank.sweep(sweeper: Sweeper): Int {
    tasks.advance(2.hours)
    return sweeper.sweep(tasks.time().instant().minusSeconds(3_600)).also { tasks.advance(1.minutes) }
}
