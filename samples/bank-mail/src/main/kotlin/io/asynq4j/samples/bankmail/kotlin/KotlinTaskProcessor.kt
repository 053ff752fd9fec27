package io.asynq4j.samples.bankmail.kotlin

import io.asynq4j.handler.SkipRetryException
import io.asynq4j.kotlin.CurrentTask
import io.asynq4j.kotlin.TaskRoutes
import io.asynq4j.samples.bankmail.mail.Letter
import io.asynq4j.samples.bankmail.mail.Letters
import io.asynq4j.samples.bankmail.mail.Mailer
import io.asynq4j.samples.bankmail.mail.RecipientRefusedException
import io.asynq4j.samples.bankmail.members.Member
import io.asynq4j.samples.bankmail.members.Members
import io.asynq4j.samples.bankmail.tasks.Codes
import io.asynq4j.samples.bankmail.tasks.Sweeper
import io.asynq4j.samples.bankmail.tasks.TaskDistributor
import io.asynq4j.task.Payload
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory
import java.time.InstantSource
import kotlin.jvm.optionals.getOrNull
import kotlin.time.toJavaDuration

private val log = LoggerFactory.getLogger(KotlinTaskProcessor::class.java)

/**
 * The twin of Java's `TaskProcessor`: the same tasks, and the same members, mails and codes. Handlers suspend; what blocks, the
 * database and the mails, does so on the threads that are there for it.
 */
internal class KotlinTaskProcessor(
    private val members: Members,
    private val mailer: Mailer,
    distributor: TaskDistributor,
    private val time: InstantSource,
    private val forBlocking: CoroutineDispatcher = Dispatchers.IO,
) {
    private val sweeper = Sweeper(members, distributor)

    /** Adds what is worked off to [routes]. */
    fun register(routes: TaskRoutes) = with(routes) {
        handle(Tasks.verifyEmail) { verify(it.memberId) }
        handle(Tasks.welcomeEmail) { welcome(it.memberId) }
        handle(Tasks.reminderEmail) { remind(it.memberId) }
        handle(Tasks.notifications) { tell(it) }
        handle(Tasks.sweep) { sweep(it) }
        handle(Tasks.report) { report(it) }
    }

    private suspend fun CurrentTask.verify(memberId: Long) {
        val member = member(memberId)
        if (member.asked) {
            log.info("member {} has got the code already", member.id)
            return
        }
        val code = blocking { members.code(member.id, Codes.fresh()) }
        withContext(NonCancellable) {
            // a mail that was taken and not marked would go out again
            send(Letters.verification(member.name, member.email, code))
            blocking { members.markAsked(member.id) }
        }
        log.info("sent the code to member {}, attempt {}", member.id, context.retried() + 1)
    }

    private suspend fun welcome(memberId: Long) {
        val member = member(memberId)
        send(Letters.welcome(member.name, member.email))
    }

    private suspend fun remind(memberId: Long) {
        val member = member(memberId)
        if (!member.verified) {
            send(Letters.reminder(member.name, member.email))
        }
    }

    private suspend fun tell(task: Tasks.Notifications) {
        val member = member(task.memberId)
        send(Letters.notifications(member.name, member.email, task.texts))
    }

    private suspend fun sweep(task: Tasks.Sweep) {
        val lost = blocking { sweeper.sweep(time.instant().minus(task.olderThan.toJavaDuration())) }
        log.info("swept: {} members had lost their mails", lost)
    }

    private suspend fun CurrentTask.report(task: Tasks.Report) {
        val count = blocking { members.count() }
        send(Letters.report(task.to, count.members, count.verified))
        writeResult(Payload.ofUtf8("${count.verified} of ${count.members}"))
    }

    private suspend fun member(id: Long): Member =
        blocking { members.find(id).getOrNull() } ?: throw SkipRetryException("there is no member $id")

    private suspend fun send(letter: Letter) = try {
        blocking { mailer.send(letter) }
    } catch (refused: RecipientRefusedException) {
        throw SkipRetryException("nobody takes mails to this member", refused)
    }

    private suspend fun <T> blocking(call: () -> T): T = withContext(forBlocking) { call() }
}
