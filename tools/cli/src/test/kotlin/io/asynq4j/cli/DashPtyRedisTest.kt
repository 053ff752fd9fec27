package io.asynq4j.cli

import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

/** A terminal of tmux, with a shell in it that knows the program's classes and [uri]. */
private class Tmux(private val folder: Path, private val uri: String) : AutoCloseable {
    private val socket = folder.resolve("tmux").toString()

    init {
        tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "24", "sh")
    }

    fun type(vararg keys: String) = tmux("send-keys", *keys)

    val screen get() = tmux("capture-pane", "-p")

    fun tmux(vararg command: String): String {
        val builder = ProcessBuilder(
            "tmux",
            "-S",
            socket,
            *command,
        ).directory(folder.toFile()).redirectErrorStream(true)
        builder.environment() += mapOf("CLASSPATH" to System.getProperty("java.class.path"), "ASYNQ4J_URI" to uri)
        val process = builder.start()
        val said = process.inputReader().readText()
        check(process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0) { said }
        return said
    }

    override fun close() {
        tmux("kill-session")
    }
}

private val hasTmux = runCatching { ProcessBuilder("tmux", "-V").start().waitFor() == 0 }.getOrDefault(false)

/** The program as a process of its own, in a real pseudo-terminal. Skipped where there is no tmux. */
class DashPtyRedisTest : FunSpec({
    val whereTmuxIs = { _: Any -> if (hasTmux) Enabled.enabled else Enabled.disabled("there is no tmux here") }

    test(
        "it draws, follows a new size, sees Redis go and come back, and leaves a clean terminal",
    ).config(enabledOrReasonIf = whereTmuxIs) {
        val redis = RedisForTests.start()
        // As the manifest of the runnable jar says; without it Java 24 and later write warnings over the screen.
        val native = if (Runtime.version().feature() >= 24) "--enable-native-access=ALL-UNNAMED " else ""
        val program = "${Path.of(System.getProperty("java.home"), "bin", "java")} ${native}io.asynq4j.cli.Main"
        redis.use {
            Tmux(tempdir().toPath(), redis.uri()).use { tmux ->
                tmux.type("stty -g > before; $program task enqueue -t mail -i one; echo ready", "Enter")
                eventually(30.seconds) { tmux.screen shouldContain "\nready" }
                tmux.type("$program dash --refresh 200ms; stty -g > after; cmp before after && echo clean", "Enter")
                eventually(30.seconds) { tmux.screen shouldContain "QUEUE" }
                tmux.screen shouldNotContain "ready"
                tmux.type("Enter")
                eventually(10.seconds) { tmux.screen shouldContain "one  mail" }
                tmux.tmux("resize-window", "-x", "60", "-y", "12")
                eventually(10.seconds) { tmux.screen.trimEnd().lines().size shouldBe 12 }
                redis.stop()
                eventually(20.seconds) { tmux.screen shouldContain "REDIS IS AWAY" }
                redis.restart()
                eventually(30.seconds) { tmux.screen shouldNotContain "REDIS IS AWAY" }
                tmux.type("C-c")
                eventually(10.seconds) { tmux.screen shouldContain "\nclean" }
                tmux.screen shouldContain "ready"
            }
        }
    }
})
