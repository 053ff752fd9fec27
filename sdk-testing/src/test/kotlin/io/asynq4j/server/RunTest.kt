package io.asynq4j.server

import io.asynq4j.testing.InMemoryBroker
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

class RunTest :
    FunSpec({
        test("a server that runs goes quiet at TSTP, and closes at TERM, however often each is sent") {
            val ours = Signals.on(listOf("TERM", "TSTP")) {} // so that no signal ends this program
            InMemoryBroker.create().use { broker ->
                val server = TaskServer.builder(broker).build()
                val running = thread { server.run { _, _ -> CompletableFuture.completedFuture(null) } }
                eventually(10.seconds) {
                    // until it listens
                    raise("TSTP")
                    server.state() shouldBe ServerState.QUIET
                }
                repeat(3) { raise("TSTP") }
                repeat(3) { raise("TERM") }
                running.join(30_000)
                running.isAlive shouldBe false
                server.state() shouldBe ServerState.CLOSED
            }
            settle()
            ours.handle().close()
        }

        test("a server that runs returns when another thread has closed it") {
            InMemoryBroker.create().use { broker ->
                val server = TaskServer.builder(broker).build()
                val running = thread { server.run { _, _ -> CompletableFuture.completedFuture(null) } }
                eventually(10.seconds) { server.state() shouldBe ServerState.RUNNING }
                server.close()
                running.join(10_000)
                running.isAlive shouldBe false
            }
        }
    })

/**
 * Waits until the signals raised before are with a handler: Java hands them over one after the other, the highest number last. One
 * that came after the handlers had gone would end this program.
 */
private fun settle() {
    val last = CountDownLatch(1)
    val listening = Signals.on(listOf("WINCH")) { last.countDown() }
    raise("WINCH")
    last.await(30, TimeUnit.SECONDS) shouldBe true
    listening.handle().close()
}

private fun raise(name: String) {
    val type = Class.forName("sun.misc.Signal")
    type.getMethod("raise", type).invoke(null, type.getConstructor(String::class.java).newInstance(name))
}
