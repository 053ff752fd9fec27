package io.asynq4j.kotest

import io.asynq4j.testing.TestTasks
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.Spec
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import kotlin.properties.ReadOnlyProperty

/**
 * A fresh [TestTasks] for each test of this spec, closed when the test has ended: `val tasks by testTasks()`. For specs that
 * run one test at a time.
 */
public fun Spec.testTasks(configure: TestTasks.Builder.() -> Unit = {}): ReadOnlyProperty<Any?, TestTasks> {
    val fixture = Fixture(configure)
    extension(fixture)
    return ReadOnlyProperty { _, _ -> fixture.current }
}

private class Fixture(private val configure: TestTasks.Builder.() -> Unit) : TestCaseExtension {
    private var made: TestTasks? = null

    val current get() = made ?: error("there are tasks inside a test only")

    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        if (testCase.type != TestType.Test) return execute(testCase)
        return TestTasks.builder().apply(configure).build().use { tasks ->
            made = tasks
            try {
                execute(testCase)
            } finally {
                made = null
            }
        }
    }
}
