package io.asynq4j.lettuce.campaign

import java.io.IOException
import java.lang.ProcessBuilder.Redirect
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.io.path.Path
import kotlin.io.path.createFile
import kotlin.io.path.div
import kotlin.io.path.readLines
import kotlin.io.path.readText

/** A Java process that we have started, and that ends with us at the latest. */
internal class Child private constructor(val name: String, private val folder: Path, private val process: Process) :
    AutoCloseable {
    private val said = LinkedBlockingQueue<String>()

    init {
        thread(isDaemon = true, name = "hear $name") {
            try {
                process.inputReader().useLines { lines -> lines.forEach(said::put) }
            } catch (_: IOException) {
                // it was killed
            }
            said.put("ENDED")
        }
    }

    /** Waits until the process says something that starts with [word]. */
    fun await(word: String, patience: Duration = Duration.ofSeconds(60)): String {
        val end = System.nanoTime() + patience.toNanos()
        while (true) {
            val line = said.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)
                ?: error("$name did not say $word within $patience; its log:\n${log().joinToString("\n")}")
            if (line.startsWith(word)) {
                return line
            }
            check(line != "ENDED") { "$name has ended before it said $word: ${errors()}" }
        }
    }

    /** Tells it to close, and answers after it has. */
    fun closeInOrder() {
        process.outputWriter().apply {
            write("close\n")
            flush()
        }
        await("CLOSED")
        process.waitFor()
    }

    /** Ends it as kill -9 does, and answers when that was, after it has gone. */
    fun kill(): Long {
        val now = System.currentTimeMillis()
        process.destroyForcibly().waitFor()
        return now
    }

    /** Ends it as an operating system does that is in no hurry, and answers when it was asked to and when it had gone. */
    fun terminate(patience: Duration = Duration.ofSeconds(60)): LongRange {
        val asked = System.currentTimeMillis()
        process.toHandle().destroy() // that of the process would close its input first
        check(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) { "$name goes on after $patience" }
        return asked..System.currentTimeMillis()
    }

    /** Whether it has not ended, in order or otherwise. */
    val isAlive get() = process.isAlive

    /** How much it has computed so far. */
    fun cpu(): Duration = process.info().totalCpuDuration().orElse(Duration.ZERO)

    /** The lines it has logged, at info and above; without the stacks below them. */
    fun log(): List<String> = logOf(folder, name).readLines().filter { it.startsWith("LOG ") }

    override fun close() {
        kill()
    }

    private fun errors() = (folder / "$name.err").readText() + logOf(folder, name).readText()

    companion object {
        private val java = Path(System.getProperty("java.home"), "bin", "java").toString()
        private val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")

        // Ready soon, and content with little: there are many of them.
        private val flags = listOf("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")

        /** Starts [main] in [folder]; its ledger and its log there have its [name]. */
        fun start(name: String, main: Class<*>, folder: Path, orders: Orders): Child {
            logOf(folder, name).createFile()
            val logging = listOf(
                "logFile=${logOf(folder, name)}",
                "defaultLogLevel=info",
                "showDateTime=true",
                "dateTimeFormat='LOG 'HH:mm:ss.SSS",
            ).map { "-Dorg.slf4j.simpleLogger.$it" }
            val told = orders.with("name" to name, "ledger" to folder / "ledgers" / name).arguments()
            val process = ProcessBuilder(listOf(java) + flags + logging + "-cp" + classPath + main.name + told)
                .redirectError(Redirect.to((folder / "$name.err").toFile()))
                .start()
            return Child(name, folder, process)
        }

        private fun logOf(folder: Path, name: String) = folder / "$name.log"
    }
}
