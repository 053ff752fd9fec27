package io.asynq4j.server

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit.SECONDS

class SignalsTest :
    FunSpec({
        test("an action runs at its signal, until the handle is closed") {
            val heard = Semaphore(0)
            // A listener of its own before and after, so that the signal never ends this program.
            val around = Signals.on(listOf("CONT")) {}
            val listening = Signals.on(listOf("CONT")) { heard.release() }
            listening.names() shouldContainExactly listOf("CONT")
            raise("CONT")
            heard.tryAcquire(5, SECONDS) shouldBe true
            listening.handle().close()
            raise("CONT")
            heard.tryAcquire(100, java.util.concurrent.TimeUnit.MILLISECONDS) shouldBe false
            around.handle().close()
        }

        test("a signal that this system does not have is left out") {
            Signals.on(listOf("NOSUCHSIGNAL")) {}.names().shouldBeEmpty()
        }
    })

private fun raise(name: String) {
    val type = Class.forName("sun.misc.Signal")
    type.getMethod("raise", type).invoke(null, type.getConstructor(String::class.java).newInstance(name))
}
