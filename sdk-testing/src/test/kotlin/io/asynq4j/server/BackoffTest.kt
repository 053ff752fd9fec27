package io.asynq4j.server

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.Random

class BackoffTest :
    FunSpec({
        test("an idle server looks again after half to one and a half times its interval, evenly") {
            val random = Random(1)
            val waits = List(10_000) { Backoff.around(Duration.ofSeconds(2), random).toNanos() / 1e9 }
            waits.min() shouldBe (1.0 plusOrMinus 0.01)
            waits.max() shouldBe (3.0 plusOrMinus 0.01)
            waits.average() shouldBe (2.0 plusOrMinus 0.02)
        }

        test("a broker that does not answer is left alone for twice as long each time, from 0.1 to 5 s") {
            val middle = Random(1)
            val means =
                listOf(1, 2, 3, 7, 100).map { n ->
                    List(5_000) { Backoff.after(n, middle).toMillis() }.average()
                }
            means.zip(listOf(100.0, 200.0, 400.0, 5_000.0, 5_000.0)).forEach { (mean, wanted) ->
                mean shouldBe (wanted plusOrMinus wanted * 0.02)
            }
        }
    })
