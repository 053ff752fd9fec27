package io.asynq4j.task

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe

class PayloadTest : FunSpec({
    test("payloads are equal when their bytes are") {
        Payload.of(byteArrayOf(1, 2)) shouldBe Payload.wrap(byteArrayOf(1, 2))
        Payload.of(byteArrayOf(1, 2)).hashCode() shouldBe Payload.wrap(byteArrayOf(1, 2)).hashCode()
        Payload.of(byteArrayOf(1, 2)) shouldNotBe Payload.of(byteArrayOf(2, 1))
    }

    test("no payload and an empty one differ, though both have no bytes") {
        Payload.none() shouldNotBe Payload.ofUtf8("")
        Payload.none().isPresent shouldBe false
        Payload.ofUtf8("").isPresent shouldBe true
        Payload.none().bytes() shouldBe Payload.ofUtf8("").bytes()
    }

    test("a payload does not change with the bytes it came from, nor with those it gave") {
        val mine = byteArrayOf(1, 2, 3)
        val payload = Payload.of(mine)
        mine[0] = 9
        payload.bytes()[1] = 9
        payload.bytes() shouldBe byteArrayOf(1, 2, 3)
    }

    test("text comes back, and malformed UTF-8 is replaced") {
        Payload.ofUtf8("送信 é").utf8() shouldBe "送信 é"
        Payload.of(byteArrayOf(-1)).utf8() shouldBe "\ufffd"
    }

    test("its text tells the size and never the bytes") {
        Payload.ofUtf8("secret").toString() shouldBe "Payload[6 bytes]"
        Payload.none().toString() shouldBe "Payload[none]"
    }
})
