package io.asynq4j.task

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.optional.shouldBeEmpty
import io.kotest.matchers.optional.shouldBePresent
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.time.Duration
import java.time.Instant
import java.util.OptionalInt

private val now: Instant = Instant.parse("2026-11-21T08:00:00Z")

class OptionsTest : FunSpec({
    test("nothing is set at first, and unset is not the same as the default") {
        with(Options.defaults()) {
            queue().shouldBeEmpty()
            taskId().shouldBeEmpty()
            maxRetry() shouldBe OptionalInt.empty()
            timeout().shouldBeEmpty()
            deadline().shouldBeEmpty()
            uniqueFor().shouldBeEmpty()
            uniqueKey().shouldBeEmpty()
            startAfter(now) shouldBe now
            retention().shouldBeEmpty()
            group().shouldBeEmpty()
            headers().shouldBeEmpty()
        }
        Options.defaults().maxRetry(Options.DEFAULT_MAX_RETRY) shouldNotBe Options.defaults()
    }

    test("every option is answered as it was set") {
        val all = Options.defaults()
            .queue("critical").taskId("t-1").maxRetry(10)
            .timeout(Duration.ofMillis(500)).deadline(now).uniqueFor(Duration.ofHours(1)).uniqueKey("k")
            .processAt(now.plusSeconds(5)).retention(Duration.ofDays(1)).group("g").header("trace", "x")
        all.queue() shouldBePresent { it shouldBe "critical" }
        all.taskId() shouldBePresent { it shouldBe "t-1" }
        all.maxRetry() shouldBe OptionalInt.of(10)
        all.timeout() shouldBePresent { it shouldBe Duration.ofMillis(500) }
        all.deadline() shouldBePresent { it shouldBe now }
        all.uniqueFor() shouldBePresent { it shouldBe Duration.ofHours(1) }
        all.uniqueKey() shouldBePresent { it shouldBe "k" }
        all.startAfter(now) shouldBe now.plusSeconds(5)
        all.retention() shouldBePresent { it shouldBe Duration.ofDays(1) }
        all.group() shouldBePresent { it shouldBe "g" }
        all.headers() shouldBe mapOf("trace" to "x")
    }

    test("setting an option leaves the options it was called on alone") {
        val before = Options.defaults().queue("low")
        before.queue("critical").header("k", "v").maxRetry(1)
        before shouldBe Options.defaults().queue("low")
    }

    test("values at the edge are accepted") {
        Options.defaults().maxRetry(0).maxRetry(Int.MAX_VALUE)
        Options.defaults().timeout(Duration.ofNanos(1)).timeout(Duration.ofDays(36_500))
        Options.defaults().deadline(Instant.ofEpochSecond(0, 1)).deadline(Instant.parse("9999-12-31T23:59:59Z"))
        Options.defaults().uniqueFor(Duration.ofSeconds(1))
        Options.defaults().retention(Duration.ZERO)
        Options.defaults().queue("UPPER").queue(" q ").queue("送信:1").queue("\u200b")
        Options.defaults().taskId(" a:b ").group(" g ").header("", "").header("ключ", "значение\n")
        Options.defaults().queue("q".repeat(1024))
    }

    test("a start that has passed, or a delay that is none, means now") {
        Options.defaults().processAt(now.minusSeconds(1)).startAfter(now) shouldBe now
        Options.defaults().processIn(Duration.ZERO).startAfter(now) shouldBe now
        Options.defaults().processIn(Duration.ofHours(-1)).startAfter(now) shouldBe now
        Options.defaults().processIn(Duration.ofMillis(1)).startAfter(now) shouldBe now.plusMillis(1)
    }

    test("process in and process at are one setting: the later one replaces the earlier one") {
        val at = now.plusSeconds(60)
        Options.defaults().processAt(at).processIn(Duration.ofSeconds(5)) shouldBe
            Options.defaults().processIn(Duration.ofSeconds(5))
        Options.defaults().processIn(Duration.ofSeconds(5)).processAt(at) shouldBe Options.defaults().processAt(at)
        Options.defaults().processAt(at).merge(Options.defaults().processIn(Duration.ZERO)).startAfter(now) shouldBe now
        Options.defaults().processIn(Duration.ofHours(9)).merge(Options.defaults().processAt(at)) shouldBe
            Options.defaults().processAt(at)
        Options.defaults().processAt(at).merge(Options.defaults().queue("q")).startAfter(now) shouldBe at
    }

    test("of two options laid over each other the later one wins, one option at a time") {
        val type = Options.defaults().queue("low").maxRetry(3).timeout(Duration.ofSeconds(9)).group("g")
        val call = Options.defaults().queue("critical").retention(Duration.ofHours(1))
        type.merge(call) shouldBe Options.defaults().queue("critical").maxRetry(3)
            .timeout(Duration.ofSeconds(9)).group("g").retention(Duration.ofHours(1))
        call.merge(type) shouldBe Options.defaults().queue("low").maxRetry(3)
            .timeout(Duration.ofSeconds(9)).group("g").retention(Duration.ofHours(1))
    }

    test("laying over is associative, and nothing set changes nothing") {
        val a = Options.defaults().queue("a").header("k", "a").processIn(Duration.ofSeconds(1))
        val b = Options.defaults().maxRetry(1).header("k", "b").header("b", "b")
        val c = Options.defaults().queue("c").header("c", "c").processAt(now)
        a.merge(b).merge(c) shouldBe a.merge(b.merge(c))
        a.merge(Options.defaults()) shouldBe a
        Options.defaults().merge(a) shouldBe a
    }

    test("headers accumulate in the order they were given, and of one name the later one wins") {
        val merged = Options.defaults().header("a", "1").header("b", "1")
            .merge(Options.defaults().headers(linkedMapOf("c" to "2", "a" to "2")))
        merged.headers() shouldBe mapOf("a" to "2", "b" to "1", "c" to "2")
        merged.headers().keys.toList() shouldContainExactly listOf("a", "b", "c")
    }

    test("headers that were handed in can change without changing the options") {
        val mine = mutableMapOf("k" to "v")
        val options = Options.defaults().headers(mine)
        mine["k"] = "changed"
        options.headers() shouldBe mapOf("k" to "v")
        shouldThrow<UnsupportedOperationException> { options.headers()["k"] = "changed" }
    }

    test("a bad option is refused even when a later one would replace it") {
        shouldThrow<IllegalArgumentException> { Options.defaults().queue("").queue("good") }
    }

    test("their text tells what is set and nothing else") {
        Options.defaults().toString() shouldBe "Options{}"
        Options.defaults().queue("low").maxRetry(2).toString() shouldBe "Options{maxRetry=2, queue=low}"
    }

    context("what is wrong is refused, and the message tells the option, the rule and the value:") {
        refusals.forEach { (message, set) ->
            test(message) { shouldThrow<IllegalArgumentException> { set(Options.defaults()) }.message shouldBe message }
        }
    }

    context("what is missing is named:") {
        missing.forEach { (name, set) ->
            test(name) { shouldThrow<NullPointerException> { set(Options.defaults()) }.message shouldBe name }
        }
    }
})

private const val HALF = "\ud83d" // of a surrogate pair

private val refusals: List<Pair<String, (Options) -> Options>> = listOf(
    "queue must not be blank: \"\"" to { it.queue("") },
    "queue must not be blank: \"  \"" to { it.queue("  ") },
    "queue must not be blank: \"\u00a0\u3000\u0085\"" to { it.queue("\u00a0\u3000\u0085") },
    "queue must not contain '{' or '}', which mark the hash tag of its keys: \"a{b\"" to { it.queue("a{b") },
    "queue must not contain '{' or '}', which mark the hash tag of its keys: \"}\"" to { it.queue("}") },
    "queue must have at most 1024 characters, not 1025: \"${"q".repeat(64)}…\"" to { it.queue("q".repeat(1025)) },
    "queue must be valid Unicode text (it holds half of a surrogate pair): \"$HALF\"" to { it.queue(HALF) },
    "task id must not be blank: \"\"" to { it.taskId("") },
    "task id must not be blank: \" \t\"" to { it.taskId(" \t") },
    "task id must have at most 1024 characters, not 2000: \"${"i".repeat(64)}…\"" to { it.taskId("i".repeat(2000)) },
    "task id must be valid Unicode text (it holds half of a surrogate pair): \"a$HALF\"" to { it.taskId("a$HALF") },
    "max retry must not be negative: -1" to { it.maxRetry(-1) },
    "timeout must be more than zero: PT0S" to { it.timeout(Duration.ZERO) },
    "timeout must be more than zero: PT-1S" to { it.timeout(Duration.ofSeconds(-1)) },
    "timeout must be at most 36500 days: PT876024H" to { it.timeout(Duration.ofDays(36_501)) },
    "deadline must be after 1970-01-01T00:00:00Z, which means none to asynq: 1970-01-01T00:00:00Z" to
        { it.deadline(Instant.EPOCH) },
    "deadline must be after 1970-01-01T00:00:00Z, which means none to asynq: 1969-12-31T23:59:59Z" to
        { it.deadline(Instant.ofEpochSecond(-1)) },
    "deadline must be in the years 1 to 9999: +10000-01-01T00:00:00Z" to
        { it.deadline(Instant.parse("+10000-01-01T00:00:00Z")) },
    "unique time must be at least 1 s: PT0.999S" to { it.uniqueFor(Duration.ofMillis(999)) },
    "unique time must be at least 1 s: PT0S" to { it.uniqueFor(Duration.ZERO) },
    "unique time must be at least 1 s: PT-1H" to { it.uniqueFor(Duration.ofHours(-1)) },
    "unique time must be at most 36500 days: PT876024H" to { it.uniqueFor(Duration.ofDays(36_501)) },
    "unique key must not be blank: \" \"" to { it.uniqueKey(" ") },
    "unique key must have at most 1024 characters, not 1025: \"${"u".repeat(64)}…\"" to
        { it.uniqueKey("u".repeat(1025)) },
    "process at must be in the years 1 to 9999: -0001-01-01T00:00:00Z" to
        { it.processAt(Instant.parse("-0001-01-01T00:00:00Z")) },
    "process at must be in the years 1 to 9999: +1000000000-12-31T23:59:59.999999999Z" to { it.processAt(Instant.MAX) },
    "process in must be at most 36500 days: PT876024H" to { it.processIn(Duration.ofDays(36_501)) },
    "process in must be at most 36500 days: PT-876024H" to { it.processIn(Duration.ofDays(-36_501)) },
    "retention must not be negative: PT-1H" to { it.retention(Duration.ofHours(-1)) },
    "retention must be at most 36500 days: PT876024H" to { it.retention(Duration.ofDays(36_501)) },
    "group must not be blank: \"\"" to { it.group("") },
    "group must not be blank: \" \n \"" to { it.group(" \n ") },
    "group must have at most 1024 characters, not 1025: \"${"g".repeat(64)}…\"" to { it.group("g".repeat(1025)) },
    "header name must have at most 1024 characters, not 1025: \"${"h".repeat(64)}…\"" to
        { it.header("h".repeat(1025), "v") },
    "header name must be valid Unicode text (it holds half of a surrogate pair): \"$HALF\"" to { it.header(HALF, "v") },
    "value of header \"k\" must be valid Unicode text" to { it.header("k", HALF) },
)

private val missing: List<Pair<String, (Options) -> Options>> = listOf(
    "queue" to { it.queue(nothing()) },
    "task id" to { it.taskId(nothing()) },
    "timeout" to { it.timeout(nothing()) },
    "deadline" to { it.deadline(nothing()) },
    "unique time" to { it.uniqueFor(nothing()) },
    "unique key" to { it.uniqueKey(nothing()) },
    "process at" to { it.processAt(nothing()) },
    "process in" to { it.processIn(nothing()) },
    "retention" to { it.retention(nothing()) },
    "group" to { it.group(nothing()) },
    "header name" to { it.headers(mapOf(nothing<String>() to "v")) },
    "value of header \"k\"" to { it.headers(mapOf("k" to nothing())) },
    "options" to { it.merge(nothing()) },
)

/** A null where none is allowed, as Java code can pass it. */
@Suppress("UNCHECKED_CAST")
private fun <T> nothing(): T = null as T
