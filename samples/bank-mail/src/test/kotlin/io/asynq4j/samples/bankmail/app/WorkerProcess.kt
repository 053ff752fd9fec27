package io.asynq4j.samples.bankmail.app

import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.Path
import kotlin.io.path.readLines

/** A worker in a process of its own, with a log of its own; it ends with the test at the latest. */
internal class WorkerProcess private constructor(private val log: Path, private val process: Process) : AutoCloseable {
    /** Ends it as `kill -9` does. */
    fun kill() {
        process.destroyForcibly().waitFor()
    }

    /** Ends it as an operating system does that is in no hurry, and answers with what it exits. */
    fun terminate(): Int {
        process.toHandle().destroy()
        return awaitExit()
    }

    /** Waits until it ends by itself, and answers with what it exits. */
    fun awaitExit(): Int {
        check(process.waitFor(30, TimeUnit.SECONDS)) { "it goes on" }
        return process.exitValue()
    }

    fun log(): List<String> = log.readLines()

    override fun close() = kill()

    companion object {
        private val java = Path(System.getProperty("java.home"), "bin", "java").toString()
        private val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        private val flags = listOf("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")

        fun java(log: Path, environment: Map<String, String>) =
            start(log, environment, "io.asynq4j.samples.bankmail.app.BankMail", "worker")

        fun kotlin(log: Path, environment: Map<String, String>) =
            start(log, environment, "io.asynq4j.samples.bankmail.app.KotlinWorker")

        private fun start(log: Path, environment: Map<String, String>, vararg main: String): WorkerProcess {
            val process = ProcessBuilder(listOf(java) + flags + listOf("-cp", classPath) + main)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .apply { environment().putAll(environment) }
                .start()
            return WorkerProcess(log, process)
        }
    }
}
