package io.asynq4j.cli

import io.asynq4j.inspect.Inspector
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Inspection
import io.asynq4j.spi.ServerInfo
import io.asynq4j.spi.WorkerInfo
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.TaskState
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.time.SystemTime
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import org.jline.terminal.Attributes
import org.jline.terminal.Size
import org.jline.terminal.Terminal
import org.jline.terminal.impl.LineDisciplineTerminal
import org.jline.utils.ScreenTerminal
import java.io.ByteArrayOutputStream
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.supplyAsync
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

private const val UP = "\u001b[A"
private const val DOWN = "\u001bOB"
private const val RIGHT = "\u001b[C"
private const val PAGE_DOWN = "\u001b[6~"
private const val ENTER = "\r"
private const val ESCAPE = "\u001b"

/** A dashboard on a screen in memory: keys in, screen out. */
internal class Sitting(
    columns: Int = 130,
    rows: Int = 24,
    broker: (InMemoryBroker) -> Broker = { it },
) : AutoCloseable {
    val time: SystemTime = SystemTime.open()
    val memory: InMemoryBroker = InMemoryBroker.on(time)
    val program = CommandLineForTests(time, broker(memory))
    val virtual: ScreenTerminal.VirtualTerminal = ScreenTerminal.withTerminal("test", "xterm-256color", columns, rows)
    val terminal: LineDisciplineTerminal = virtual.terminal()
    private var running: CompletableFuture<Ran>? = null

    fun start(vararg args: String = arrayOf("--refresh", "100ms")) {
        program.screen = terminal
        running = supplyAsync { program.run("dash", *args) }
    }

    fun press(vararg keys: String) = keys.forEach { terminal.processInputBytes(it.toByteArray()) }

    val screen: List<String> get() = virtual.screen().lines()
    val text get() = screen.joinToString("\n")

    /** The line between heading and keys that is turned, as a selected row is. */
    val selected: String get() = virtual.screen().cells().drop(1).dropLast(1)
        .filter { ScreenTerminal.cellInverse(it[1]) }.joinToString("\n") { it.text() }

    suspend fun sees(vararg texts: String) = eventually(20.seconds) { texts.forEach { text shouldContain it } }

    fun state(id: String) = Inspector.of(memory, time).task("default", id).state()

    fun left(): Ran = running!!.get(20, TimeUnit.SECONDS)

    override fun close() {
        runCatching {
            press("\u0003")
            running?.get(5, TimeUnit.SECONDS)
        }
        terminal.close()
        time.close()
    }
}

class DashCommandTest : FunSpec({
    fun Sitting.filled() = apply {
        program.enqueue("email:welcome", """{"user":1}""", Options.defaults().taskId("one"))
        program.enqueue("email:goodbye", """{"user":2}""", Options.defaults().taskId("two"))
        program.enqueue("report", "r", Options.defaults().taskId("later").processIn(Duration.ofHours(1)))
        program.enqueue("other", "o", Options.defaults().queue("low").taskId("three"))
    }

    test("it shows queues with their figures, and leaves on q") {
        Sitting().filled().use {
            it.start()
            it.sees("asynq4j  redis://localhost:6379/0", "2 queues", "QUEUE", "default", "low")
            it.selected shouldContain "default"
            it.press("q")
            it.left().exit shouldBe Exit.OK
        }
    }

    test("what it writes begins and ends with what takes and gives back a terminal") {
        val written = ByteArrayOutputStream()
        val attributes = mutableListOf<String>()
        val terminal = object : LineDisciplineTerminal("test", "xterm-256color", written, Charsets.UTF_8) {
            override fun setAttributes(given: Attributes) {
                super.setAttributes(given)
                attributes += given.toString()
            }
        }
        terminal.setSize(Size.of(80, 24))
        val before = terminal.attributes.toString()
        val program = CommandLineForTests(SystemTime.open()).apply { screen = terminal }
        val running = supplyAsync { program.run("dash") }

        eventually(5.seconds) { written.toString() shouldContain "no queues" }
        terminal.raise(Terminal.Signal.INT) // Ctrl-C
        running.get(5, TimeUnit.SECONDS).exit shouldBe Exit.OK

        attributes.first() shouldNotBe before
        attributes.last() shouldBe before
        written.toString().substringBefore("asynq4j") shouldContain "\u001b[?1049h"
        written.toString().substringAfterLast("quit") shouldContain "\u001b[?1049l"
        written.toString().substringAfterLast("\u001b[?25l") shouldContain "\u001b[?25h"
    }

    test("enter opens the tasks of a queue, arrows turn to other states, escape goes back") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press(ENTER)
            it.sees("one", "two", "email:goodbye", """{"user":1}""", "pending 2", "scheduled 1")
            it.press(RIGHT, RIGHT)
            it.sees("later", "in 1h")
            it.press(ESCAPE)
            it.sees("QUEUE")
            it.press(DOWN, ENTER)
            it.sees("three")
        }
    }

    test("tab turns to the next state, and is no text of a filter") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press(ENTER)
            it.sees("one")
            it.press("\t", "\t")
            it.sees("later", "in 1h")
            it.press("/", "x", "\t", ENTER)
            it.sees("Filter: x")
            it.text shouldNotContain "\\t"
        }
    }

    test("cancelling tells whether anybody works on the task") {
        Sitting().filled().use {
            val now = it.time.instant()
            it.memory.fetch(Demand(listOf(Demand.Share("low", 1)), now, now.plusSeconds(60), "attempt"))
            it.start()
            it.sees("low")
            it.press(ENTER)
            it.sees("one")
            it.press("c", "y")
            it.sees("one is not active.")
            it.press(ESCAPE)
            it.sees("QUEUE")
            it.press(DOWN, ENTER)
            it.sees("three")
            it.press("c", "y")
            it.sees("three was asked to stop.")
        }
    }

    test("enter shows a task with its payload") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press(ENTER)
            it.sees("one")
            it.press(DOWN, ENTER)
            it.sees("Id         two", "Type       email:goodbye", """Payload    {"user":2}""")
        }
    }

    test("a task is archived, run and deleted, each after a yes and not without") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press(ENTER)
            it.sees("one")
            it.press("a")
            it.sees("Archive email:welcome one?")
            it.press("n")
            it.sees("Nothing was changed")
            it.state("one") shouldBe TaskState.PENDING
            it.press("a", "y")
            it.sees("one is archived.", "archived 1", "pending 1")
            it.state("one") shouldBe TaskState.ARCHIVED
            it.press(RIGHT, RIGHT, RIGHT, RIGHT)
            eventually(5.seconds) {
                it.text shouldContain "one"
                it.text shouldNotContain "email:goodbye"
            }
            it.press("r", "y")
            it.sees("pending 2")
            it.press(RIGHT, RIGHT, RIGHT)
            it.sees("two")
            it.press("d", "y")
            it.sees("is deleted.", "pending 1")
        }
    }

    test("all tasks in one state are changed after a yes") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press(ENTER)
            it.sees("one")
            it.press("A")
            it.sees("Archive ALL pending tasks of default?")
            it.press("y")
            it.sees("Archive: 2 tasks.", "No tasks here")
            it.press("R")
            it.sees("Run ALL pending tasks")
            it.press("y")
            it.sees("pending")
            it.text shouldContain "default"
        }
    }

    test("a queue is paused and runs again") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press("p")
            it.sees("Pause default?")
            it.press("y")
            it.sees("default is paused.", "paused")
            it.press("p", "y")
            it.sees("default is running.")
        }
    }

    test("a filter lets through what holds its text") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press("/", "d", "e", "x", "\u007f", "f", ENTER)
            it.sees("Filter: def")
            eventually(5.seconds) { it.text shouldNotContain "low " }
            it.press(ENTER)
            it.sees("one", "two")
            it.press("/", "g", "o", "o", "d", ENTER)
            eventually(5.seconds) {
                it.text shouldContain "two"
                it.text shouldNotContain "email:welcome"
            }
        }
    }

    test("pages are turned, and as long as the screen is high") {
        Sitting(rows = 17).use { sitting ->
            (1..25).forEach { sitting.program.enqueue("n", "x", Options.defaults().taskId("task-%02d".format(it))) }
            sitting.start()
            sitting.sees("default")
            sitting.press(ENTER)
            sitting.sees("page 1", "task-01", "task-10")
            sitting.text shouldNotContain "task-11"
            sitting.press(PAGE_DOWN)
            sitting.sees("page 2", "task-11", "task-20")
            sitting.press("n")
            sitting.sees("page 3", "task-25")
            sitting.press("n", "b", "b")
            sitting.sees("page 1", "task-01")
        }
    }

    test("groups are chosen first, then their tasks are shown") {
        Sitting().use {
            it.program.enqueue("member", "m", Options.defaults().group("daily").taskId("grouped"))
            it.start()
            it.sees("default")
            it.press(ENTER, "\u001b[D")
            it.sees("GROUP", "daily")
            it.press(ENTER)
            it.sees("grouped", "group daily")
        }
    }

    test("servers and what they work on are shown, and the help") {
        Sitting().filled().use {
            val now = it.time.instant()
            val lease = it.memory.fetch(
                Demand(listOf(Demand.Share("default", 1)), now, now.plusSeconds(60), "attempt"),
            ).single()
            val server = ServerInfo("host-1", 42, "id", 10, mapOf("default" to 1), false, "active", now, 1)
            it.memory.announce(server, listOf(WorkerInfo(lease, now, now.plusSeconds(60))), now, Duration.ofSeconds(60))
            it.start()
            it.sees("1 servers")
            it.press("s")
            it.sees("host-1", "1/10", "email:welcome")
            it.press(ESCAPE, "?")
            it.sees("All that changes something asks first")
            it.press("x")
            it.sees("QUEUE")
        }
    }

    test("the lines follow the size of the terminal") {
        Sitting().filled().use {
            it.start("--refresh", "1m") // so that nothing else makes it draw
            it.sees("low")
            it.virtual.screen().setSize(Size.of(60, 12))
            it.terminal.setSize(Size.of(60, 12))
            it.terminal.raise(Terminal.Signal.WINCH)
            eventually(5.seconds) {
                it.screen.size shouldBe 12
                it.screen.last() shouldContain "enter open"
                it.text shouldContain "default"
            }
        }
    }

    test("a broker that goes away is told of, and so is its return") {
        var away = false
        Sitting { broker ->
            object : Broker by broker {
                override fun inspection(): Inspection = object : Inspection by broker.inspection() {
                    override fun queues() = if (away) {
                        CompletableFuture.failedFuture(
                            BrokerUnavailableException("connection refused", null),
                        )
                    } else {
                        broker.inspection().queues()
                    }
                }
            }
        }.filled().use {
            it.start()
            it.sees("low")
            away = true
            it.sees("REDIS IS AWAY", "connection refused", "default")
            away = false
            eventually(5.seconds) { it.text shouldNotContain "REDIS IS AWAY" }
            it.sees("2 queues")
        }
    }

    test("a broker that does not answer holds up no key") {
        var silent = false
        Sitting { broker ->
            object : Broker by broker {
                override fun inspection(): Inspection = object : Inspection by broker.inspection() {
                    override fun queues() = if (silent) CompletableFuture() else broker.inspection().queues()
                }
            }
        }.filled().use {
            it.start()
            it.sees("low")
            silent = true
            it.sees("waiting for Redis")
            it.press("?")
            it.sees("All that changes something")
            it.press("x", "q")
            it.left().exit shouldBe Exit.OK
        }
    }

    test("hostile tasks do nothing to the screen") {
        Sitting().use {
            val hostile = "\u001b[2J\u001b]0;x\u0007\u009b31m\r\n"
            it.program.enqueue("type$hostile", "payload$hostile", Options.defaults().taskId("id$hostile"))
            it.start()
            it.sees("default")
            it.press(ENTER)
            it.sees("id\\x1b[2J\\x1b]0;x\\x07\\x9b31m\\r\\n", "asynq4j")
            it.press("d")
            it.sees("Delete type\\x1b[2J")
            it.press("n", ENTER)
            it.sees("Payload    payload\\x1b[2J")
        }
    }

    test("where there is no terminal it says so") {
        CommandLineForTests().run("dash").let {
            it.exit shouldBe Exit.USAGE
            it.err shouldContain "needs a terminal"
        }
    }

    test("no thread of it is left") {
        Sitting().filled().use {
            it.start()
            it.sees("low")
            it.press("q")
            it.left()
        }
        eventually(5.seconds) { Thread.getAllStackTraces().keys.filter { it.name == "asynq4j-keys" }.shouldBeEmpty() }
    }
})
