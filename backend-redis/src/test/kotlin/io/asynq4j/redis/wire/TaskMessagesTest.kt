package io.asynq4j.redis.wire

import io.asynq4j.redis.wire.oracle.TaskMessage.parseFrom
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class TaskMessagesTest : FunSpec({
    test("all recorded messages are looked at") {
        RecordedMessage.all shouldHaveSize 87
    }

    RecordedMessage.all.filter { it.decodes }.forEach { recorded ->
        test("${recorded.name} reads as the Go library reads it") {
            fields(Wire.decode(recorded.bytes)) shouldBe recorded.fields
        }
    }

    RecordedMessage.all.filter { it.byteExact }.forEach { recorded ->
        test("${recorded.name} is written byte for byte as the Go library writes it") {
            Wire.encode(recorded.message).hex() shouldBe recorded.bytes.hex()
        }
    }

    RecordedMessage.all.filterNot { it.decodes }.forEach { recorded ->
        test("${recorded.name} is refused") {
            shouldThrow<WireException> { Wire.decode(recorded.bytes) }
        }
    }

    test("fields of newer writers come out again as they went in") {
        val newer = RecordedMessage.all.filter { it.name.startsWith("unknown_") || it.name == "wrong_wire_type" }
        newer shouldHaveSize 4
        newer.forAll {
            val again = Wire.encode(Wire.decode(it.bytes))
            parseFrom(again).unknownFields shouldBe parseFrom(it.bytes).unknownFields
            Wire.decode(again) shouldBe Wire.decode(it.bytes)
        }
    }

    test("half of a surrogate pair is written as the replacement character, since it is no text") {
        val message = TaskMessage.of("a\uD83D", Payload.none(), Options.defaults()).withUniqueKey("\uDE00b")
        val read = parseFrom(Wire.encode(message))
        read.type shouldBe "a\uFFFD"
        read.uniqueKey shouldBe "\uFFFDb"
    }

    test("groups may be nested, but not so deep that reading them ends in a stack overflow") {
        fun nested(depth: Int) = ByteArray(depth) { 0x83.toByte() }.flatMap { listOf(it, 1) } +
            ByteArray(depth) { 0x84.toByte() }.flatMap { listOf(it, 1) }
        Wire.decode(nested(100).toByteArray()).unknown().size() shouldBe 400
        shouldThrow<WireException> { Wire.decode(nested(101).toByteArray()) }
        shouldThrow<WireException> { Wire.decode(nested(100_000).toByteArray()) }
    }

    test("a message that cannot be read shows nothing of its content") {
        val secret = "secret".encodeToByteArray()
        val cut = byteArrayOf(0x12, (secret.size + 1).toByte()) + secret
        shouldThrow<WireException> { Wire.decode(cut) }.message!! shouldNotContain "secret"
    }
})
