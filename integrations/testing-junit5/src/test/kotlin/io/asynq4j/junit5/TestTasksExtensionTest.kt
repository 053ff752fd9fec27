package io.asynq4j.junit5

import io.asynq4j.task.Task
import io.asynq4j.testing.TestTasks
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotSame
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.RegisterExtension
import java.time.Instant

class TestTasksExtensionTest {
    private lateinit var before: TestTasks

    @BeforeEach
    fun prepare(tasks: TestTasks) {
        before = tasks
        assertEquals(Instant.parse("2030-01-01T00:00:00Z"), tasks.time().instant())
    }

    @Test
    fun `a test gets the tasks that were prepared for it`(tasks: TestTasks) {
        assertSame(before, tasks)
        tasks.client().enqueue(Task.of("a"))
        all += tasks
    }

    @Test
    fun `another test gets others`(tasks: TestTasks) {
        tasks.assertNothingEnqueued()
        all.forEach { assertNotSame(it, tasks) }
        all += tasks
    }

    companion object {
        private val all = mutableListOf<TestTasks>()

        @JvmField
        @RegisterExtension
        val extension: TestTasksExtension =
            TestTasksExtension.with { it.startingAt(Instant.parse("2030-01-01T00:00:00Z")) }

        @JvmStatic
        @AfterAll
        fun allAreClosed() {
            assertEquals(2, all.size)
            all.forEach { tasks ->
                assertThrows(IllegalStateException::class.java) { tasks.client().enqueue(Task.of("late")) }
            }
        }
    }
}
