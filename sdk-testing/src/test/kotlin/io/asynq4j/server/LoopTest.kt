package io.asynq4j.server

import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.util.Random
import java.util.concurrent.Executor
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private class LoopRoom(
    val turn: LoopRoom.() -> Duration,
) {
    val time: VirtualTime = VirtualTime.startingAt(Instant.EPOCH)
    val turns = mutableListOf<Long>()
    val loop =
        Loop(
            "test",
            {
                turns += time.instant().toEpochMilli()
                turn()
            },
            Loop.Shared(time, { time.executor() }, Vitals(time), Random(3)),
        )
}

class LoopTest :
    FunSpec({
        test("takes its turns when each of them asked for the next") {
            val room = LoopRoom { 10.seconds.java }
            room.loop.start(1.seconds.java)
            room.time.advance(25.seconds.java)
            room.turns shouldContainExactly listOf(1_000, 11_000, 21_000)
        }

        test("takes the next turn at once when a turn answers zero") {
            val room = LoopRoom { if (turns.size < 3) Duration.ZERO else 1.minutes.java }
            room.loop.start(Duration.ZERO)
            room.time.advance(1.seconds.java)
            room.turns shouldContainExactly listOf(0, 0, 0)
        }

        test("takes a turn early when woken, and counts the next wait from there") {
            val room = LoopRoom { 10.seconds.java }
            room.loop.start(Duration.ZERO)
            room.time.advance(4.seconds.java)
            room.loop.wake()
            room.time.advance(9.seconds.java)
            room.turns shouldContainExactly listOf(0, 4_000)
            room.time.advance(1.seconds.java)
            room.turns shouldContainExactly listOf(0, 4_000, 14_000)
        }

        test("takes another turn at once when woken in the middle of one") {
            val room =
                LoopRoom {
                    if (turns.size == 1) loop.wake()
                    10.seconds.java
                }
            room.loop.start(Duration.ZERO)
            room.time.advance(1.seconds.java)
            room.turns shouldContainExactly listOf(0, 0)
        }

        test("tries again when there is no thread for a turn, by its timer or by who wakes it") {
            val time = VirtualTime.startingAt(Instant.EPOCH)
            var threads = 0
            var turns = 0
            val busy = Executor {
                if (++threads <=
                    2
                ) {
                    throw OutOfMemoryError("made up")
                } else {
                    time.executor().execute(it)
                }
            }
            val turn = Loop.Turn { Duration.ofMinutes(1).also { turns++ } }
            val loop = Loop("test", turn, Loop.Shared(time, { busy }, Vitals(time), Random(3)))
            loop.start(1.seconds.java)
            loop.wake()
            turns shouldBe 0
            time.advance(10.seconds.java)
            turns shouldBe 1
            threads shouldBe 3
        }

        test("leaves a broker alone that does not answer, for longer each time, and is not woken meanwhile") {
            val room = LoopRoom { throw BrokerUnavailableException("away", null) }
            room.loop.start(Duration.ZERO)
            repeat(600) {
                room.time.advance(100.milliseconds.java)
                room.loop.wake()
            }
            room.turns.size shouldBeInRange 12..25
        }

        test("turns as before once the broker answers again") {
            val room =
                LoopRoom {
                    if (turns.size < 5) throw BrokerUnavailableException("away", null)
                    30.seconds.java
                }
            room.loop.start(Duration.ZERO)
            room.time.advance(20.seconds.java)
            room.turns.size shouldBe 5
            room.time.advance(30.seconds.java)
            room.turns.size shouldBe 6
        }

        test("outlives a bug in its turn") {
            val room = LoopRoom { if (turns.size == 1) error("bug") else 10.seconds.java }
            room.loop.start(Duration.ZERO)
            room.time.advance(5.seconds.java)
            room.turns.size shouldBe 2
        }

        test("takes no turn after it was stopped, and leaves no timer behind") {
            val room = LoopRoom { 1.seconds.java }
            room.loop.start(Duration.ZERO)
            room.time.advance(1.seconds.java)
            val stopped = room.loop.stop()
            room.loop.wake()
            room.time.advance(1.minutes.java)
            stopped.toCompletableFuture().isDone shouldBe true
            room.turns.size shouldBe 2
            room.time.pendingTimers() shouldBe 0
        }

        test("has stopped only when the turn under way has ended") {
            var doneDuringTurn = true
            val room =
                LoopRoom {
                    doneDuringTurn = loop.stop().toCompletableFuture().isDone
                    1.seconds.java
                }
            room.loop.start(Duration.ZERO)
            room.time.runDue()
            doneDuringTurn shouldBe false
            room.loop.stop().toCompletableFuture().isDone shouldBe true
        }

        test("a loop that found no broker tries again as soon as another one has got through") {
            val time = VirtualTime.startingAt(Instant.EPOCH)
            val shared = Loop.Shared(time, { time.executor() }, Vitals(time), Random(3))
            var away = true
            val turns = mutableListOf<String>()

            fun loop(name: String) = Loop(name, {
                turns += name
                if (away) throw BrokerUnavailableException("away", null)
                Loop.UNTIL_WOKEN
            }, shared)
            val (one, other) = listOf(loop("one"), loop("other"))
            one.start(Duration.ZERO)
            other.start(Duration.ZERO)
            time.advance(2.minutes.java)
            away = false
            val before = turns.size
            while (turns.size == before) {
                time.advance(1.milliseconds.java)
            }
            turns.drop(before).toSet() shouldBe setOf("one", "other")
            one.stop()
            other.stop()
        }
    })
