package io.kotest.provided

import io.kotest.core.config.AbstractProjectConfig
import io.kotest.core.extensions.Extension
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
import java.util.concurrent.TimeUnit.SECONDS
import java.util.logging.Logger

/** Found by kotest: every test of this module runs under it. */
class ProjectConfig : AbstractProjectConfig() {
    override val extensions: List<Extension> = listOf(NoThreadLeft)

    /** Tests are about what goes wrong: the log would be long, and those that read it listen for themselves. */
    override suspend fun beforeProject() = Logger.getLogger("").run { handlers.forEach { removeHandler(it) } }
}

/**
 * Fails a test that leaves threads of ours behind; those that were told to end get a moment for it. The log of a Redis that a
 * test has started again is read for as long as that runs, which is until its spec ends.
 */
private object NoThreadLeft : TestCaseExtension {
    override suspend fun intercept(testCase: TestCase, execute: suspend (TestCase) -> TestResult): TestResult {
        val before = ours()
        val result = execute(testCase)
        val deadline = System.nanoTime() + SECONDS.toNanos(5)
        val left = (ours() - before).onEach { it.join(maxOf(1, (deadline - System.nanoTime()) / 1_000_000)) }
            .filter { it.isAlive }
        if (left.isEmpty() || !result.isSuccess) return result
        return TestResult.Error(result.duration, AssertionError("threads are left running: ${left.map { it.name }}"))
    }

    private fun ours() = Thread.getAllStackTraces().keys
        .filter { it.name.startsWith("asynq4j-") && !it.name.startsWith("asynq4j-redis-") }.toSet()
}
