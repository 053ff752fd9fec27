package io.asynq4j.interop

import tools.jackson.databind.JsonNode
import java.io.File
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.BlockingQueue
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** The Go side of the interoperability tests: `go-peer/main.go`, built in a folder of its own. */
internal sealed interface GoPeer {
    /** It cannot be built on this machine. */
    class Missing(val reason: String) : GoPeer

    class Built(private val program: Path) : GoPeer {
        /** Starts it. Whoever starts a run closes it. */
        fun start(vararg arguments: String) =
            Run(ProcessBuilder(program.toString(), *arguments).redirectError(INHERIT).start())
    }

    /** A running peer: JSON lines in, JSON lines out. */
    class Run(private val process: Process) : AutoCloseable {
        private val lines: BlockingQueue<JsonNode> = LinkedBlockingQueue()
        private val reader = thread(isDaemon = true, name = "go-peer") {
            process.inputReader().forEachLine { lines.add(Vectors.parse(it)) }
        }

        fun send(line: JsonNode) = with(process.outputWriter()) {
            write("$line\n")
            flush()
        }

        /** The next line it says, waiting for it. */
        fun next(): JsonNode = checkNotNull(lines.poll(20, TimeUnit.SECONDS)) { "the Go peer says nothing" }

        /** The lines it has said and nobody has read. */
        fun said(): List<JsonNode> = mutableListOf<JsonNode>().also { lines.drainTo(it) }

        /** Ends its input, which makes it end when it is done, and answers all that it still said. */
        fun end(within: Duration = 30.seconds): List<JsonNode> {
            process.outputWriter().close()
            check(process.waitFor(within.inWholeSeconds, TimeUnit.SECONDS)) { "the Go peer does not end" }
            reader.join()
            check(process.exitValue() == 0) { "the Go peer failed" }
            return said()
        }

        override fun close() {
            process.destroyForcibly().waitFor()
        }
    }

    companion object {
        private val INHERIT = ProcessBuilder.Redirect.INHERIT
        private val SOURCES = listOf("main.go", "go.mod", "go.sum")

        /** Builds it below [folder]. */
        fun build(folder: Path): GoPeer {
            SOURCES.forEach { source ->
                javaClass.getResourceAsStream("/go-peer/$source").use {
                    Files.copy(checkNotNull(it), folder.resolve(source))
                }
            }
            run(folder, "go", "version")?.let { return Missing("there is no Go here: $it") }
            run(folder, "go", "mod", "download")?.let { return Missing("the modules of Go cannot be had: $it") }
            run(folder, "go", "build", "-o", "peer", ".")?.let { error("the Go peer does not build: $it") }
            return Built(folder.resolve("peer"))
        }

        /** Runs a command to its end; why it failed, or null. */
        private fun run(folder: Path, vararg command: String): String? = try {
            val output = File(folder.toFile(), "output")
            val process = ProcessBuilder(
                *command,
            ).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output)
                .start()
            if (!process.waitFor(4, TimeUnit.MINUTES)) {
                process.destroyForcibly()
                "it takes too long"
            } else {
                output.readText().takeIf { process.exitValue() != 0 }
            }
        } catch (notFound: IOException) {
            notFound.message
        }
    }
}
