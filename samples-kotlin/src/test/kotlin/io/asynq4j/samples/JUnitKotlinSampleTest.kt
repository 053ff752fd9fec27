package io.asynq4j.samples

import io.asynq4j.junit5.TestTasksExtension
import io.asynq4j.kotest.advance
import io.asynq4j.testing.TestTasks
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import kotlin.time.Duration.Companion.seconds

@ExtendWith(TestTasksExtension::class)
class JUnitKotlinSampleTest {
    @Test
    fun `a new member is welcomed after ten seconds`(tasks: TestTasks) {
        val mailer = FlakyMailer()
        val members = Members(tasks.client(), mailer)
        tasks.handle(members.router())
        members.signUp("ada@example.org")

        tasks.advance(9.seconds)
        assertEquals(emptyList<String>(), mailer.sent)
        tasks.advance(1.seconds)
        assertEquals(listOf("ada@example.org"), mailer.sent)
    }
}
