package io.asynq4j.samples.bankmail

import io.asynq4j.kotest.advance
import io.asynq4j.samples.bankmail.mail.RecipientRefusedException
import io.asynq4j.samples.bankmail.members.EmailTakenException
import io.asynq4j.samples.bankmail.tasks.BankTasks
import io.asynq4j.samples.bankmail.tasks.BankTasks.ForMember
import io.asynq4j.samples.bankmail.tasks.BankTasks.Report
import io.asynq4j.samples.bankmail.tasks.BankTasks.Sweep
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import java.io.IOException
import java.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private const val ASKED = "Please confirm your address"
private const val REMINDED = "Your address is still to be confirmed"

class BankTest : FunSpec({
    fun inBothLanguages(name: String, check: (Bank) -> Unit) = Language.entries.forEach { language ->
        test("$name ($language)") { Bank(language).use(check) }
    }

    fun Bank.code(id: Long) = members.code(id, "fresh")

    inBothLanguages(
        "a new member is welcomed now, asked for a code ten seconds later, and reminded a day later",
    ) { bank ->
        bank.signUp.create("Ada", "ada@example.org")
        bank.tasks.scheduled("critical").single().let {
            it.type shouldBe "task:send_verify_email"
            it.maxRetry shouldBe 10
        }

        bank.tasks.runDue()
        bank.mailer.subjects() shouldContainExactly listOf("Welcome")
        bank.tasks.advance(10.seconds)
        bank.mailer.subjects() shouldContainExactly listOf("Welcome", ASKED)
        bank.tasks.advance(24.hours)
        bank.mailer.subjects() shouldContainExactly
            listOf("Welcome", ASKED, REMINDED)
    }

    inBothLanguages(
        "the code has 32 characters, is stored, and verifies the member, who is then not reminded",
    ) { bank ->
        val id = bank.signUp.create("Ada", "ada@example.org")
        bank.tasks.advance(10.seconds)
        val code = bank.mailer.letters.last().text().lines()[3]
        code shouldMatch Regex("[0-9A-Za-z]{32}")
        bank.code(id) shouldBe code

        bank.members.verify(id, "wrong") shouldBe false
        bank.members.verify(id, code) shouldBe true
        bank.members.find(id).get().verified shouldBe true
        bank.tasks.advanceUntilIdle()
        bank.mailer.letters shouldHaveSize 2
    }

    inBothLanguages("a mail server that says no now is asked again, with the same code") { bank ->
        val id = bank.signUp.create("Ada", "ada@example.org")
        bank.tasks.runDue()
        bank.mailer.failures += IOException("come again")
        bank.tasks.advance(10.seconds)
        bank.tasks.retrying("critical").single().lastError shouldContain "come again"
        val code = bank.code(id)

        bank.tasks.advance(10.minutes)
        bank.mailer.letters.last().text() shouldContain code
        bank.members.find(id).get().asked shouldBe true
    }

    inBothLanguages("a recipient who is refused for good is not written to again") { bank ->
        bank.signUp.create("Ada", "ada@example.org")
        bank.tasks.runDue()
        bank.mailer.failures += RecipientRefusedException(IOException("550"))
        bank.tasks.advance(10.seconds)
        bank.tasks.archived("critical").single().lastError shouldContain "nobody takes mails"
    }

    inBothLanguages(
        "a payload that does not fit is archived without retries, and so is a member who is not there",
    ) { bank ->
        bank.tasks.client().enqueue(Task.of("task:send_verify_email", Payload.ofUtf8("42")))
        bank.tasks.client().enqueue(BankTasks.VERIFY_EMAIL.task(ForMember(42)))
        bank.tasks.advance(10.seconds)
        bank.tasks.archived().map { it.retried } shouldContainExactly listOf(0, 0)
        bank.tasks.archived("critical").single().lastError shouldContain "there is no member 42"
        bank.mailer.letters.shouldBeEmpty()
    }

    inBothLanguages("nothing is enqueued for a member who was not stored") { bank ->
        bank.signUp.create("Ada", "ada@example.org")
        val before = bank.tasks.enqueued().size
        shouldThrow<EmailTakenException> { bank.signUp.create("Another Ada", "ada@example.org") }
        bank.tasks.enqueued() shouldHaveSize before
    }

    inBothLanguages("tasks are enqueued after the commit, not before") { bank ->
        val order = mutableListOf<String>()
        bank.database.transaction { transaction ->
            transaction.afterCommit { order += "after: ${bank.members.count().members}" }
            bank.members.create(transaction, "Ada", "ada@example.org")
            order += "within"
        }
        shouldThrow<IllegalStateException> {
            bank.database.transaction { transaction ->
                transaction.afterCommit { order += "never" }
                error("rolled back")
            }
        }
        order shouldContainExactly listOf("within", "after: 1")
    }

    inBothLanguages("a member who was stored while Redis was away gets all mails by the sweeper") { bank ->
        bank.tasks.faults().unavailableFor(Duration.ofMinutes(1))
        val id = bank.signUp.create("Ada", "ada@example.org")
        bank.tasks.advance(2.hours)
        bank.mailer.letters.shouldBeEmpty()

        val sweep = BankTasks.SWEEP.task(Sweep(Duration.ofHours(1)))
        bank.tasks.client().enqueue(sweep)
        bank.tasks.advance(10.seconds)
        bank.mailer.subjects() shouldContainExactly listOf("Welcome", ASKED)
        bank.members.find(id).get().asked shouldBe true

        bank.tasks.client().enqueue(sweep)
        bank.tasks.advance(1.minutes)
        bank.mailer.letters shouldHaveSize 2
        bank.tasks.advance(24.hours)
        bank.mailer.subjects().drop(2) shouldContainExactly listOf(REMINDED)
    }

    inBothLanguages(
        "a worker that dies after the mail and before the mark sends the same code again, and stores no second one",
    ) { bank ->
        val id = bank.signUp.create("Ada", "ada@example.org")
        bank.members.code(id, "a code of an earlier attempt")
        bank.tasks.advance(10.seconds)
        bank.mailer.letters.last().text() shouldContain "a code of an earlier attempt"
    }

    inBothLanguages("a cancellation that comes when the mail server has the mail does not send it again") { bank ->
        val id = bank.signUp.create("Ada", "ada@example.org")
        bank.tasks.runDue()
        bank.mailer.beforeAnswer = { bank.tasks.client().cancel("critical", "verify-$id") shouldBe true }
        bank.tasks.advance(10.seconds)
        bank.members.find(id).get().asked shouldBe true

        bank.tasks.advance(10.minutes)
        bank.mailer.subjects() shouldContainExactly listOf("Welcome", ASKED)
    }

    inBothLanguages(
        "all that a member is to be told within a while is one mail, and each member has a mail of their own",
    ) { bank ->
        val ada = bank.signUp.create("Ada", "ada@example.org")
        val alan = bank.signUp.create("Alan", "alan@example.org")
        bank.tasks.advance(10.seconds)
        bank.mailer.letters.clear()
        bank.distributor.sendNotification(ada, "money came in")
        bank.distributor.sendNotification(ada, "money went out")
        bank.distributor.sendNotification(alan, "nothing happened")
        bank.tasks.advance(2.minutes)
        bank.mailer.letters.map { it.address() to it.subject() } shouldContainExactlyInAnyOrder listOf(
            "ada@example.org" to "2 messages for you",
            "alan@example.org" to "A message for you",
        )
    }

    inBothLanguages("the report is mailed to the team, and kept with its task") { bank ->
        val ada = bank.signUp.create("Ada", "ada@example.org")
        bank.signUp.create("Alan", "alan@example.org")
        bank.members.verify(ada, bank.code(ada))
        bank.tasks.client().enqueue(
            BankTasks.REPORT.task(Report("team@example.org")),
            Options.defaults().retention(Duration.ofDays(7)),
        )
        bank.tasks.runDue()
        bank.mailer.letters.last().text() shouldContain "2 members, 1 of them confirmed"
        bank.tasks.completed().single().result shouldBe Payload.ofUtf8("1 of 2")
    }
})
