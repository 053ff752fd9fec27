package io.asynq4j.server

import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.util.Random
import java.util.concurrent.Executor
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private class Yard(
    executor: (VirtualTime) -> Executor,
    turn: Yard.() -> Duration,
) {
    val time: VirtualTime = VirtualTime.startingAt(Instant.EPOCH)
    val loop = Loop("fetcher", { turn() }, Loop.Shared(time, { executor(time) }, Vitals(time), Random(1)))
    val watchdog = Watchdog(listOf(loop), time)
}

class WatchdogTest :
    FunSpec({
        test("a loop that rests as it wants to is not stuck, however long that is") {
            val yard = Yard({ it.executor() }) { 10.minutes.java }
            yard.loop.start(Duration.ZERO)
            yard.time.advance(9.minutes.java)
            yard.watchdog.stuck().shouldBeEmpty()
        }

        test("a loop that does not come out of its turn is stuck after 30 s") {
            var stuck = listOf<String>()
            val yard =
                Yard({ it.executor() }) {
                    time.advance(30.seconds.java)
                    watchdog.stuck().shouldBeEmpty()
                    time.advance(1.seconds.java)
                    stuck = watchdog.stuck()
                    10.minutes.java
                }
            yard.loop.start(Duration.ZERO)
            yard.time.runDue()
            stuck shouldContainExactly listOf("fetcher")
            yard.watchdog.stuck().shouldBeEmpty()
        }

        test("a loop that nobody runs is stuck 30 s after it should have turned") {
            val yard = Yard({ Executor { } }) { 1.seconds.java }
            yard.loop.start(10.seconds.java)
            yard.time.advance(40.seconds.java)
            yard.watchdog.stuck().shouldBeEmpty()
            yard.time.advance(1.seconds.java)
            yard.watchdog.stuck() shouldContainExactly listOf("fetcher")
        }

        test("a stopped loop is not stuck, and a stopped watchdog leaves no timer behind") {
            val yard = Yard({ it.executor() }) { 1.seconds.java }
            yard.loop.start(Duration.ZERO)
            yard.watchdog.start()
            yard.time.advance(1.minutes.java)
            yard.loop.stop()
            yard.watchdog.stop()
            yard.time.advance(10.minutes.java)
            yard.watchdog.stuck().shouldBeEmpty()
            yard.time.pendingTimers() shouldBe 0
        }
    })
