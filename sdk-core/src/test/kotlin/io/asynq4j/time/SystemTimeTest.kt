package io.asynq4j.time

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS

class SystemTimeTest :
    FunSpec({
        test("a timer fires once its delay is over, on the timekeeper's own thread") {
            SystemTime.open().use { time ->
                val fired = CompletableFuture<Pair<String, Long>>()
                val start = time.nanoTime()
                time.after(Duration.ofMillis(20)) { fired.complete(Thread.currentThread().name to time.nanoTime()) }
                val (thread, at) = fired.get(5, SECONDS)
                thread shouldBe "asynq4j-timer"
                (at - start) shouldBeGreaterThanOrEqual 20_000_000
            }
        }

        test("a timer that was closed does not fire") {
            SystemTime.open().use { time ->
                val fired = CountDownLatch(1)
                val later = CountDownLatch(1)
                time.after(Duration.ofMillis(500)) { fired.countDown() }.close()
                time.after(Duration.ofMillis(600)) { later.countDown() }
                later.await(5, SECONDS) shouldBe true
                fired.count shouldBe 1
            }
        }

        test("an action that fails does not keep the next from firing") {
            SystemTime.open().use { time ->
                val fired = CountDownLatch(1)
                time.after(Duration.ZERO) { error("bug") }
                time.after(Duration.ofMillis(1)) { fired.countDown() }
                fired.await(5, SECONDS) shouldBe true
            }
        }

        test("delays longer than the clock can count are taken for very long ones") {
            SystemTime.open().use { time ->
                time.after(Duration.ofSeconds(Long.MAX_VALUE)) { error("must not fire") }.close()
                time.after(Duration.ofSeconds(Long.MIN_VALUE)) {}.close()
            }
        }

        test("waiting ends with the stage, failed or not") {
            SystemTime.open().use { time ->
                time.await(CompletableFuture.failedFuture<Unit>(IllegalStateException("whatever")))
                val stage = CompletableFuture<Unit>()
                time.after(Duration.ofMillis(10)) { stage.complete(Unit) }
                time.await(stage)
                stage.isDone shouldBe true
            }
        }

        test("an interrupted thread stops waiting") {
            SystemTime.open().use { time ->
                Thread.currentThread().interrupt()
                shouldThrow<InterruptedException> { time.await(CompletableFuture<Unit>()) }
            }
        }

        test("nothing fires after closing, and the thread is gone") {
            val time = SystemTime.open()
            val started = CountDownLatch(1)
            var timer: Thread? = null
            time.after(Duration.ZERO) {
                timer = Thread.currentThread()
                started.countDown()
            }
            started.await(5, SECONDS) shouldBe true
            time.after(Duration.ofMillis(50)) { error("must not fire") }
            time.close()
            time.after(Duration.ZERO) { error("must not fire") }.close()
            timer?.join(5_000)
            listOfNotNull(timer).filter { it.isAlive }.shouldBeEmpty()
        }
    })
