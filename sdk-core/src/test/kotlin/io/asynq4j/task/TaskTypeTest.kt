package io.asynq4j.task

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

private val number = object : Codec<Int> {
    override fun encode(value: Int): ByteArray =
        if (value < 0) throw ArithmeticException("less than zero") else value.toString().toByteArray()

    override fun decode(bytes: ByteArray): Int = String(bytes).toInt()
}

class TaskTypeTest : FunSpec({
    test("a task carries the type's name, the encoded value and the type's defaults") {
        val type = TaskType.of("count", number).withDefaults(Options.defaults().queue("low"))
        val task = type.task(42)
        task.type shouldBe "count"
        task.payload shouldBe Payload.ofUtf8("42")
        task.options shouldBe Options.defaults().queue("low")
        type.decode(task.payload) shouldBe 42
    }

    test("defaults are laid over those there are, and the type they are called on stays as it was") {
        val plain = TaskType.of("count", number)
        val low = plain.withDefaults(Options.defaults().queue("low").maxRetry(1))
        val patient = low.withDefaults(Options.defaults().maxRetry(9))
        plain.defaults() shouldBe Options.defaults()
        patient.defaults() shouldBe Options.defaults().queue("low").maxRetry(9)
    }

    test("the type's options, the task's and the call's are merged left to right, and headers accumulate") {
        val type = TaskType.of("t", Codec.utf8())
            .withDefaults(Options.defaults().queue("type").maxRetry(1).header("from", "type").header("type", "1"))
        val task = type.task(
            "x",
        ).with(Options.defaults().maxRetry(2).timeout(Duration.ofSeconds(2)).header("from", "task"))
        task.resolve(Options.defaults().timeout(Duration.ofSeconds(3)).header("from", "call")) shouldBe
            Options.defaults().queue("type").maxRetry(2).timeout(Duration.ofSeconds(3))
                .header("from", "call").header("type", "1")
    }

    test("a value that cannot be written is refused, with the codec's reason") {
        val refused = shouldThrow<PayloadException> { TaskType.of("count", number).task(-1) }
        refused.message shouldBe "task type count: cannot write the payload: less than zero"
        refused.type() shouldBe "count"
    }

    test("a payload that cannot be read is refused, with the codec's failure as its cause") {
        val unreadable = NumberFormatException("no number")
        val type = TaskType.of(
            "count",
            object : Codec<Int> by number {
                override fun decode(bytes: ByteArray) = throw unreadable
            },
        )
        val refused = shouldThrow<PayloadException> { type.decode(Payload.ofUtf8("x")) }
        refused.message shouldBe "task type count: cannot read the payload: no number"
        refused.cause shouldBeSameInstanceAs unreadable
    }

    test("a task without payload is read as no bytes") {
        TaskType.of("t", Codec.utf8()).decode(Payload.none()) shouldBe ""
        TaskType.of("t", Codec.bytes()).decode(Payload.none()) shouldBe ByteArray(0)
    }

    test("text travels as UTF-8, whatever its alphabet, and malformed bytes are replaced") {
        val type = TaskType.of("t", Codec.utf8())
        listOf("", "ada", "Αθηνά", "Ивáн", "送信 😀", "مرحبا").forEach { type.decode(type.task(it).payload) shouldBe it }
        type.decode(Payload.of(byteArrayOf(0x61, -1, 0x62))) shouldBe "a\ufffdb"
    }

    test("bytes are copied both ways") {
        val mine = byteArrayOf(1, 2)
        val type = TaskType.of("t", Codec.bytes())
        val task = type.task(mine)
        mine[0] = 9
        type.decode(task.payload)[1] = 9
        task.payload.bytes() shouldBe byteArrayOf(1, 2)
    }

    test("a blank name is refused") {
        shouldThrow<IllegalArgumentException> { TaskType.of(" \t", number) }.message shouldBe
            "task type must not be blank: \" \t\""
    }

    test("its text is its name") {
        TaskType.of("count", number).toString() shouldBe "TaskType[count]"
    }
})
