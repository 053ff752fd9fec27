package io.asynq4j.samples.bankmail

import io.asynq4j.kotest.dispatcher
import io.asynq4j.kotlin.taskRouter
import io.asynq4j.samples.bankmail.kotlin.KotlinTaskProcessor
import io.asynq4j.samples.bankmail.mail.Letter
import io.asynq4j.samples.bankmail.mail.Mailer
import io.asynq4j.samples.bankmail.members.Database
import io.asynq4j.samples.bankmail.members.Members
import io.asynq4j.samples.bankmail.signup.SignUp
import io.asynq4j.samples.bankmail.tasks.NotificationAggregator
import io.asynq4j.samples.bankmail.tasks.QueueTaskDistributor
import io.asynq4j.samples.bankmail.tasks.TaskProcessor
import io.asynq4j.testing.TestTasks
import kotlinx.coroutines.CoroutineScope
import java.io.IOException
import java.sql.DriverManager

/** What the worker is written in. */
internal enum class Language { JAVA, KOTLIN }

/** The whole application without processes, Redis, mail servers and waiting: a database in memory, and tasks in virtual time. */
internal class Bank(language: Language) : AutoCloseable {
    val tasks: TestTasks = TestTasks.builder().server { it.aggregator(NotificationAggregator()) }.build()
    val database: Database = emptied()
    val members = Members(database, tasks.time())
    val mailer = RecordingMailer()
    val distributor = QueueTaskDistributor(tasks.client())
    val signUp = SignUp(database, members, distributor)

    init {
        tasks.handle(
            when (language) {
                Language.JAVA -> TaskProcessor(members, mailer, distributor, tasks.time()).router()

                Language.KOTLIN -> CoroutineScope(tasks.dispatcher).taskRouter {
                    KotlinTaskProcessor(members, mailer, distributor, tasks.time(), tasks.dispatcher).register(this)
                }
            },
        )
    }

    override fun close() = tasks.close()
}

/** One for all tests: migrating takes longer than they do. */
private val shared by lazy { Database.open(h2("mem:tests;DB_CLOSE_DELAY=-1"), "sa", "") }

private fun emptied() = shared.also {
    DriverManager.getConnection(h2("mem:tests"), "sa", "").use { connection ->
        connection.createStatement().use { it.execute("delete from members") }
    }
}

internal fun h2(place: String) = "jdbc:h2:$place;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"

/** Keeps letters, may fail first, and may have something happen before it answers. */
internal class RecordingMailer : Mailer {
    val letters = mutableListOf<Letter>()
    val failures = ArrayDeque<IOException>()
    var beforeAnswer: () -> Unit = {}

    override fun send(letter: Letter) {
        failures.removeFirstOrNull()?.let { throw it }
        letters += letter
        beforeAnswer()
    }

    fun subjects() = letters.map { it.subject() }
}
