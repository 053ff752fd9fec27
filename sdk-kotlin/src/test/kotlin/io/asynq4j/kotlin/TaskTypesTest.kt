package io.asynq4j.kotlin

import io.asynq4j.kotlin.samples.WelcomeEmail
import io.asynq4j.kotlin.samples.declareTypes
import io.asynq4j.kotlin.samples.welcomeEmail
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.PayloadException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import java.time.Duration
import java.time.Instant
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Instant as KotlinInstant

class TaskTypesTest : FunSpec({
    fun payload(text: String) = Payload.of(text.toByteArray())

    test("a type writes its values as JSON and reads them back") {
        val task = welcomeEmail(WelcomeEmail(42))
        task.type shouldBe "email:welcome"
        task.payload shouldBe payload("""{"userId":42}""")
        welcomeEmail.decode(task.payload) shouldBe WelcomeEmail(42)
    }

    test("fields that only newer producers know are ignored") {
        welcomeEmail.decode(payload("""{"userId":42,"locale":"eo"}""")) shouldBe WelcomeEmail(42)
    }

    test("one of several kinds travels with its name, and not with its class") {
        val shapes = taskType<Shape>("shape:draw")
        val task = shapes(Shape.Circle(3))
        task.payload shouldBe payload("""{"type":"circle","radius":3}""")
        shapes.decode(task.payload) shouldBe Shape.Circle(3)
    }

    test("a payload that does not fit is told by class and field, and is not shown") {
        listOf(
            """{"userId":"secret"}""" to "WelcomeEmail cannot be read at \$.userId",
            """{}""" to "WelcomeEmail cannot be read: no 'userId'",
            """secret""" to "WelcomeEmail cannot be read at \$: a value of another kind is expected",
            """{"userId":4""" to "WelcomeEmail cannot be read",
            "" to "WelcomeEmail cannot be read",
        ).forAll { (text, told) ->
            val refused = shouldThrow<PayloadException> { welcomeEmail.decode(payload(text)) }
            refused.message shouldContain told
            refused.message shouldContain "email:welcome"
            refused.stackTraceToString() shouldNotContain "secret"
        }
        val unknown = shouldThrow<PayloadException> {
            taskType<Shape>("shape:draw").decode(payload("""{"type":"secret"}"""))
        }
        unknown.message shouldContain "no known subclass"
        unknown.stackTraceToString() shouldNotContain "secret"
        shouldThrow<PayloadException> { welcomeEmail.decode(Payload.of(byteArrayOf(-1, -2))) }.message shouldContain
            "the text is no UTF-8"
    }

    test("keys of a map are part of the payload and are not shown") {
        val counts = taskType<Map<String, Int>>("counts")
        listOf(
            """{"secret":"x"}""",
            """{"top secret":"x"}""",
            """{"o'secret":"x"}""",
            """{"a']['secret":"x"}""",
            """{"a":"at path: $.secret"}""",
        ).forAll {
            val refused = shouldThrow<PayloadException> { counts.decode(payload(it)) }
            refused.message shouldContain " at \$[*]: "
            refused.stackTraceToString() shouldNotContain "secret"
        }
        val nested = taskType<Map<String, List<WelcomeEmail>>>("nested")
        shouldThrow<PayloadException> {
            nested.decode(payload("""{"secret":[{"userId":"x"}]}"""))
        }.message shouldContain
            " at \$[*]: "
    }

    test("a type can have options of its own, and a task too") {
        declareTypes()[1].defaults() shouldBe Options.defaults().queue("low").retention(Duration.ofDays(1))
        welcomeEmail(WelcomeEmail(1)).with { maxRetry = 3 }.options shouldBe Options.defaults().maxRetry(3)
    }

    test("each option is what Java's of the same name is") {
        val start = 1_900_000_000L
        EnqueueOptions.of {
            queue = "low"
            taskId = "7"
            maxRetry = 2
            timeout = 1500.milliseconds
            uniqueFor = 5.minutes
            uniqueKey = "k"
            deadline = KotlinInstant.fromEpochSeconds(start)
            processIn = 3.seconds
            retention = 1.minutes
            group = "g"
            header("a", "b")
        } shouldBe Options.defaults().queue("low").taskId("7").maxRetry(2).timeout(Duration.ofMillis(1500))
            .uniqueFor(
                Duration.ofMinutes(5),
            ).uniqueKey("k").deadline(Instant.ofEpochSecond(start)).processIn(Duration.ofSeconds(3))
            .retention(Duration.ofMinutes(1)).group("g").header("a", "b")
        EnqueueOptions.of { processAt = KotlinInstant.fromEpochSeconds(start) } shouldBe
            Options.defaults().processAt(Instant.ofEpochSecond(start))
        EnqueueOptions.of { } shouldBe Options.defaults()
    }

    test("two starts, and values that Java refuses, are refused") {
        shouldThrow<IllegalArgumentException> {
            EnqueueOptions.of {
                processIn = 1.seconds
                processAt = KotlinInstant.fromEpochSeconds(1)
            }
        }.message shouldContain "only one of processAt and processIn"
        shouldThrow<IllegalArgumentException> { EnqueueOptions.of { maxRetry = -1 } }.message shouldBe
            "max retry must not be negative: -1"
    }
})

@Serializable
private sealed interface Shape {
    @Serializable
    @SerialName("circle")
    data class Circle(val radius: Int) : Shape
}
