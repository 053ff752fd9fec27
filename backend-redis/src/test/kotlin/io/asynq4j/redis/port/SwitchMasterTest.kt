package io.asynq4j.redis.port

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.UnixDomainSocketAddress

class SwitchMasterTest : FunSpec({
    val message = SwitchMaster.of("main 127.0.0.1 6379 127.0.0.1 6380")

    test("the message tells the name of the primary and where it was") {
        message.get() shouldBe SwitchMaster("main", "127.0.0.1", 6379)
    }

    listOf("", "main", "main 127.0.0.1 x 127.0.0.1 6380", "main 127.0.0.1 999999 b 1", "a b 1 c 2 d").forEach {
        test("\"$it\" is no such message") {
            SwitchMaster.of(it).isEmpty shouldBe true
        }
    }

    test("the old server is known by its address or its name, and its port") {
        val local = InetAddress.getByAddress("old.example", byteArrayOf(127, 0, 0, 1))

        message.get().isOld(InetSocketAddress(local, 6379)) shouldBe true
        message.get().isOld(InetSocketAddress(local, 6380)) shouldBe false
        message.get().isOld(InetSocketAddress.createUnresolved("elsewhere", 6379)) shouldBe false
        message.get().isOld(UnixDomainSocketAddress.of("/run/redis.sock")) shouldBe false
        SwitchMaster.of("main old.example 6379 b 1").get().isOld(InetSocketAddress(local, 6379)) shouldBe true
    }
})
