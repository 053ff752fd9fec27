package io.asynq4j.lettuce

import io.asynq4j.redis.port.RedisException
import io.asynq4j.redis.port.Reply
import io.asynq4j.redis.port.Topology.Host
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class SlotsTest : FunSpec({
    test("a server of a cluster that knows nobody is not believed") {
        shouldThrow<RedisException> { Slots.of(Reply.Many(emptyList()), Host("a", 1)) }.message shouldBe
            "a knows no server of the cluster that has slots"
    }

    test("a server that does not know its own address is where it was found") {
        val range = listOf(Reply.Int(0), Reply.Int(5), Reply.Many(listOf(Reply.Nil.NIL, Reply.Int(7))))
        val slots = Slots.of(Reply.Many(listOf(Reply.Many(range))), Host("a", 1))
        slots.server(5) shouldBe Host("a", 7)
        slots.server(6) shouldBe null
        slots.isWhole shouldBe false
    }
})
