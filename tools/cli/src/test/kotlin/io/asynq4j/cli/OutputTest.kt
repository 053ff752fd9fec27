package io.asynq4j.cli

import io.asynq4j.cli.output.Bytes
import io.asynq4j.cli.output.SafeText
import io.asynq4j.cli.output.Table
import io.asynq4j.cli.output.Texts
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Inspection
import io.asynq4j.spi.QueueInfo
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.time.SystemTime
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.codepoints
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import org.snakeyaml.engine.v2.api.Load
import org.snakeyaml.engine.v2.api.LoadSettings
import java.io.PrintWriter
import java.io.StringWriter
import java.net.ServerSocket
import java.net.URI
import java.time.Duration
import java.time.Instant
import java.util.Base64
import java.util.concurrent.CompletableFuture.failedFuture
import java.util.concurrent.CompletableFuture.supplyAsync
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

/** What a terminal would act on: clear the screen, set the title, write the clipboard, go back and overwrite, C1, turn around. */
private const val HOSTILE =
    "a\u001b[2J\u001b]0;title\u0007\u001b]52;c;eA==\u0007\r\n\b\u009b31m\u202egnp.exe\u2028\u0000\u007f"

class OutputTest : FunSpec({
    fun isHarmless(c: Int) = c == '\n'.code || (c >= 0x20 && c !in 0x7f..0x9f && c != 0x202e && c != 0x2028)
    fun isHarmless(text: String) = text.codePoints().allMatch { isHarmless(it) }

    test("hostile text is shown as escapes") {
        SafeText.of("a\u001b[2J\r\n\t\u009b\u202e") shouldBe "a\\x1b[2J\\r\\n\\t\\x9b\\u202e"
        SafeText.of("Grüße, 世界 \uD83D\uDE00") shouldBe "Grüße, 世界 \uD83D\uDE00"
        SafeText.of("\uD83D") shouldBe "\\ud83d"
    }

    test("no text at all gets anything through that a terminal acts on") {
        checkAll(Arb.string(0..40, Arb.codepoints())) { isHarmless(SafeText.of(it)).shouldBeTrue() }
    }

    listOf("table", "json", "yaml").forEach { form ->
        test("a task whose type, id, payload, error and headers are hostile is harmless in $form") {
            val program = CommandLineForTests()
            program.enqueue(
                HOSTILE,
                HOSTILE,
                Options.defaults().taskId("id$HOSTILE").queue("q$HOSTILE").header("h", HOSTILE).group("g$HOSTILE"),
            )
            program.enqueue(
                HOSTILE,
                HOSTILE,
                Options.defaults().taskId("id2$HOSTILE").queue("q$HOSTILE").header("h", HOSTILE),
            )

            listOf(
                listOf("stats"),
                listOf("queue", "ls"),
                listOf("queue", "inspect", "q$HOSTILE"),
                listOf("queue", "pause", "q$HOSTILE"),
                listOf("queue", "drain", "q$HOSTILE", "--timeout", "1s"),
                listOf("group", "ls", "-q", "q$HOSTILE"),
                listOf("task", "ls", "-q", "q$HOSTILE", "-s", "pending"),
                listOf("task", "ls", "-q", "q$HOSTILE", "-s", "aggregating", "-g", "g$HOSTILE"),
                listOf("task", "inspect", "-q", "q$HOSTILE", "-i", "id2$HOSTILE"),
                listOf("task", "inspect", "-q", "q$HOSTILE", "-i", "nobody$HOSTILE"),
                listOf("task", "archive", "-q", "q$HOSTILE", "-i", "id2$HOSTILE"),
                listOf("task", "archive", "-q", "q$HOSTILE", "-i", "id2$HOSTILE"),
                listOf("queue", "inspect", HOSTILE),
                listOf("top", "-c", "1"),
                listOf("task", "ls", "-q", "q", "-s", HOSTILE),
                listOf(HOSTILE),
            ).forAll {
                val ran = program.run(*it.toTypedArray(), "-o", form)
                isHarmless(ran.out).shouldBeTrue()
                isHarmless(ran.err).shouldBeTrue()
            }
        }
    }

    test("the log is harmless, too") {
        SystemTime.open().use { time ->
            val memory = InMemoryBroker.on(time)
            val failing = object : Broker by memory {
                override fun inspection(): Inspection = object : Inspection by memory.inspection() {
                    override fun queue(name: String, now: Instant): CompletionStage<QueueInfo> =
                        failedFuture(IllegalStateException("no $name"))
                }
            }
            val program = CommandLineForTests(time, failing)
            program.enqueue("a", options = Options.defaults().queue("q$HOSTILE"))
            val port = ServerSocket(0).use { it.localPort }
            val running = supplyAsync { program.run("metrics", "--verbose", "--port", "$port", "--for", "2s") }
            eventually(5.seconds) { URI("http://127.0.0.1:$port/metrics").toURL().readText() }
            val logged = running.get(10, TimeUnit.SECONDS).err

            logged.lines().single { it.contains("metrics: queue q") } shouldContain "\\r\\n"
            isHarmless(logged).shouldBeTrue()
        }
    }

    test("the stack of a bug is harmless, too, and its lines stay lines") {
        val told = StringWriter()
        Failures.told(IllegalStateException("x$HOSTILE", RuntimeException(HOSTILE)), PrintWriter(told)) shouldBe
            Exit.FAILED

        isHarmless(told.toString()).shouldBeTrue()
        told.toString() shouldContain "java.lang.IllegalStateException: xa\\x1b[2J"
        told.toString().lines().filter { it.startsWith("    at io.asynq4j.cli.OutputTest") }.shouldNotBeEmpty()
    }

    test("programs get back every byte that was there") {
        val program = CommandLineForTests()
        program.enqueue(HOSTILE, HOSTILE, Options.defaults().taskId("one"))
        val binary = byteArrayOf(0, -1, 7)
        program.client.enqueue(Task.of("bytes", Payload.of(binary)), Options.defaults().taskId("two"))

        val tree = program.run("task", "ls", "-q", "default", "-s", "pending", "-o", "json").json
        tree.each("type") shouldContainExactly listOf(HOSTILE, "bytes")
        tree.each("payload_encoding") shouldContainExactly listOf("utf-8", "base64")
        Base64.getDecoder().decode(tree[1]["payload"].asString()).toList() shouldBe binary.toList()
        val yaml = program.run("task", "inspect", "-q", "default", "-i", "one", "-o", "yaml").out
        val loaded = Load(LoadSettings.builder().build()).loadFromString(yaml)
        (loaded as Map<*, *>)["payload"] shouldBe HOSTILE
    }

    test("bytes that are no text are shown in hexadecimal, the first of them") {
        Bytes.shown(Payload.of(byteArrayOf(0, -1))) shouldBe "2 bytes: 00 ff"
        Bytes.shown(Payload.of(ByteArray(20) { -1 })) shouldContain "20 bytes: ff ff"
    }

    test("columns are as wide as they are on the screen, and cells are cut unless somebody wants all of it") {
        Table.of("NAME", "N").row("世界", 7).row("abcdef", 12).lines() shouldContainExactly
            listOf("NAME     N", "世界     7", "abcdef  12")
        Table.of("A").row("x".repeat(100)).lines()[1] shouldBe "x".repeat(59) + "…"
        Table.of("A").wide(true).row("x".repeat(100)).lines()[1] shouldBe "x".repeat(100)
    }

    test("lengths and sizes are told in units that fit") {
        mapOf(
            12L to "12ms",
            2_000L to "2s",
            2_500L to "2.5s",
            61_000L to "1m1s",
            3_660_000L to "1h1m",
            90_000_000L to "1d1h",
        ).forEach { (millis, text) ->
            Texts.length(Duration.ofMillis(millis)) shouldBe text
        }
        Texts.size(1023) shouldBe "1023 B"
        Texts.size(1536) shouldBe "1.5 KiB"
        Texts.share(1, 40) shouldBe "2.50%"
    }

    test("colours are for terminals, and for nobody who said NO_COLOR") {
        val program = CommandLineForTests()
        program.enqueue("a")

        program.run("queue", "ls").out shouldNotContain "\u001b"
        program.terminal = true
        program.run("queue", "ls").out shouldContain "\u001b[1mQUEUE"
        program.environment["NO_COLOR"] = "1"
        program.run("queue", "ls").out shouldNotContain "\u001b"
        program.environment.clear()
        program.environment["TERM"] = "dumb"
        program.run("queue", "ls").out shouldNotContain "\u001b"
    }
})
