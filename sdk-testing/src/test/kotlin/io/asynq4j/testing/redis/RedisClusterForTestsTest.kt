package io.asynq4j.testing.redis

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlin.time.Duration.Companion.seconds

private fun RedisForTests.refusal(vararg words: String) = shouldThrow<IllegalStateException> { ask(*words) }.message!!

class RedisClusterForTestsTest : FunSpec({
    val cluster = RedisForTests.cluster(1)
    afterSpec { cluster.close() }

    test("three primaries with a replica each serve all slots") {
        cluster.nodes().size shouldBe 6
        listOf(0, 5461, 10923, 16383).map { cluster.primaryOf(it) }.distinct().size shouldBe 3
        cluster.nodes().take(3).forAll { cluster.replicasOf(it).size shouldBe 1 }
        cluster.uri() shouldStartWith "redis-cluster://127.0.0.1:"
    }

    test("a key is served where its slot is, and nowhere else") {
        val home = cluster.primaryOf("{here}")
        home.ask("SET", "{here}", "1") shouldBe "OK"

        cluster.nodes().filter { it != home }.forAll {
            it.refusal("GET", "{here}") shouldBe
                "Redis refused: MOVED ${cluster.slotOf("{here}")} ${home.host()}:${home.port()}"
        }
        cluster.flush()
        home.ask("DBSIZE") shouldBe 0L
    }

    test("keys of a slot on its way are asked for at the new server, and then have moved there") {
        val slot = cluster.slotOf("{way}")
        val from = cluster.primaryOf(slot)
        val to = cluster.nodes().take(3).first { it != from }
        from.ask("SET", "{way}1", "1")

        val move = cluster.move(slot, to)
        from.ask("GET", "{way}1") shouldBe "1"
        from.refusal("GET", "{way}2") shouldBe "Redis refused: ASK $slot ${to.host()}:${to.port()}"
        move.moveKeys() shouldBe 1
        from.refusal("GET", "{way}1") shouldStartWith "Redis refused: ASK"
        cluster.primaryOf(slot) shouldBe from
        move.finish()

        cluster.primaryOf(slot) shouldBe to
        to.ask("GET", "{way}1") shouldBe "1"
        from.refusal("GET", "{way}1") shouldStartWith "Redis refused: MOVED"
    }

    test("a replica takes the place of its primary, asked to or not, and nobody is missing when all are back") {
        val old = cluster.primaryOf("{here}")
        cluster.primaryOf("{here}").ask("SET", "{here}", "1")
        val young = cluster.failover(old)
        young.ask("GET", "{here}") shouldBe "1"
        cluster.replicasOf(young) shouldContain old

        young.stop()
        eventually(20.seconds) { cluster.primaryOf("{here}") shouldBe old }
        cluster.awaitHealthy()
        old.ask("GET", "{here}") shouldBe "1"

        young.restart()
        cluster.awaitHealthy()
        cluster.replicasOf(old) shouldContain young
    }

    test("one with a password and a certificate joins too") {
        TlsForTests.forNames("dns:localhost", "ip:127.0.0.1").use { tls ->
            RedisForTests.cluster(0, "--requirepass", "hush", *tls.settings()).use {
                it.uri() shouldStartWith "rediss-cluster://"
                it.nodes().forAll { node -> node.uri() shouldStartWith "rediss://" }
                it.primaryOf("key").ask("SET", "key", "1") shouldBe "OK"
                val move = it.move(it.slotOf("key"), it.nodes().first { node -> node != it.primaryOf("key") })
                move.finish()
                it.primaryOf("key").ask("GET", "key") shouldBe "1"
            }
        }
    }
})
