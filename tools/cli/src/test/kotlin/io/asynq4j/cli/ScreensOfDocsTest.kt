package io.asynq4j.cli

import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.task.Options
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotBeEmpty
import org.jline.utils.ScreenTerminal
import picocli.CommandLine
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.seconds

private val page = Path.of("../../docs/cli.md")
private val image = Path.of("../../docs/images/dash.svg")
private val screens = Regex("(?s)<!-- screen: (.*?) -->\n```\n(.*?)```")
private val names = mapOf("ENTER" to "\r", "RIGHT" to "\u001b[C", "DOWN" to "\u001b[B", "ESC" to "\u001b")

/** Words as a shell takes them apart, quotes included. */
private fun words(command: String) = Regex("\"([^\"]*)\"|'([^']*)'|(\\S+)").findAll(command)
    .map { it.groupValues.drop(1).first { group -> group.isNotEmpty() } }.toList()

/**
 * The screens in docs/cli.md, and the picture of the first one of the dashboard. With `-Dscreens=capture` they are made anew,
 * by running each command against a live fleet, and with `-Dscreens=picture` only that one. Otherwise this looks whether each
 * stands for a command that there is, whether each command is on the page, and whether the dashboard is as in the picture.
 */
class ScreensOfDocsTest : FunSpec({
    val capture = System.getProperty("screens") == "capture"
    val pictureOnly = System.getProperty("screens") == "picture"

    test("every screen on the page is of a command that there is, and every command has its place there") {
        val text = page.readText()
        screens.findAll(text).forEach { (it.groupValues[2]).shouldNotBeEmpty() }
        commands(Asynq4j(CommandLineForTests().around()).commandLine()).forAll { text shouldContain "`$it" }
    }

    test("the picture shows the screen that is on the page, with the columns and keys of the dashboard as it is") {
        val shown = textOf(image.readText())
        val onPage = screens.findAll(page.readText()).first { it.groupValues[1] == "dash" }.groupValues[2].lines()
        shown shouldBe onPage.map { it.trimEnd() }.filter { it.isNotEmpty() }

        Sitting(rows = 22).use { sitting ->
            sitting.program.enqueue("any", "x", Options.defaults().queue("critical"))
            sitting.start()
            sitting.sees("critical", "filter")
            fun words(line: String) = line.trim().split(Regex("\\s+"))
            val heading = { lines: List<String> -> words(lines.first { "QUEUE" in it }) }
            heading(shown) shouldBe heading(sitting.screen)
            words(shown.last()) shouldBe words(sitting.screen.last { it.isNotBlank() })
        }
    }

    test("the screens are made anew").config(enabled = capture || pictureOnly) {
        MixedFleet().use { fleet ->
            val program = CommandLineForTests(fleet.time, fleet.broker).apply {
                environment["ASYNQ4J_URI"] = fleet.redis.uri()
                opening = { LettuceBroker.open(it) }
            }
            eventually(20.seconds) {
                program.run("task", "ls", "-q", "critical", "-s", "archived").out shouldContain "given-up"
                program.run("server", "ls", "-o", "json").json.size() shouldBe if (fleet.hasGo) 2 else 1
                program.run("cron", "ls", "-o", "json").json.size() shouldBe 1
                program.run("task", "ls", "-q", "golang", "-s", "pending", "-o", "json").json.size() shouldBeLessThan 12
            }
            val captured = screens.replace(page.readText()) { screen ->
                val command = screen.groupValues[1]
                if (pictureOnly && command != "dash") return@replace screen.value
                val shown = if (command.startsWith("dash")) {
                    dash(program, fleet, words(command).drop(1))
                } else {
                    program.shown(command)
                }
                "<!-- screen: $command -->\n```\n$shown\n```"
            }
            page.writeText(captured.replace(":${fleet.redis.port()}", ":6379"))
        }
    }
})

private fun CommandLineForTests.shown(command: String): String {
    val ran = run(*words(command).toTypedArray())
    val exit = if (ran.exit == 0) "" else "\n$ echo \$?\n${ran.exit}"
    return "$ asynq4j $command\n${(ran.err + ran.out).trimEnd()}$exit"
}

private fun dash(program: CommandLineForTests, fleet: MixedFleet, keys: List<String>): String {
    val virtual = ScreenTerminal.withTerminal("docs", "xterm-256color", 130, 22)
    program.screen = virtual.terminal()
    val running = CompletableFuture.supplyAsync { program.run("dash", "--refresh", "200ms") }
    val text = { virtual.screen().lines().joinToString("\n") }
    repeat(100) { if ("critical" !in text()) Waiting.until(fleet.time, Duration.ofMillis(100)) }
    if (keys.isEmpty()) {
        repeat(30) { round ->
            repeat(3 + (round * 7) % 20) {
                fleet.put(
                    "email:welcome",
                    """{"user":$round,"bounce":${it % 9 == 0}}""",
                    Options.defaults().queue("critical").maxRetry(0),
                )
            }
            Waiting.until(fleet.time, Duration.ofMillis(200))
        }
    }
    keys.forEach { key ->
        virtual.terminal().processInputBytes((names[key] ?: key).toByteArray())
        Waiting.until(fleet.time, Duration.ofMillis(700))
    }
    val shown = text()
    if (keys.isEmpty()) {
        image.writeText(
            picture(virtual.screen().cells(), "asynq4j dash") { it.replace(":${fleet.redis.port()}", ":6379") },
        )
    }
    virtual.terminal().processInputBytes("\u0003".toByteArray())
    running.get()
    virtual.terminal().close()
    return shown.trimEnd()
}

/** All commands that do something, by their full names. */
private fun commands(line: CommandLine, prefix: String = ""): List<String> =
    line.subcommands.values.distinct().flatMap {
        val name = (prefix + " " + it.commandName).trim()
        if (it.subcommands.isEmpty()) listOf(name) else commands(it, name)
    }
