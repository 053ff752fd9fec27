package io.asynq4j.redis

import io.asynq4j.spi.Placement
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant

class SubmitChunkTest : FunSpec({
    test("a lock never ends early: a fraction of a second of its time is held too") {
        val now = Instant.parse("2026-03-01T12:00:00.250Z")
        fun seconds(options: Options): String {
            val chunk = SubmitChunk("q")
            chunk.add(0, Placement.of(Task.of("t"), options, now))
            return chunk.call().args()[2 + 5].decodeToString()
        }
        val unique = Options.defaults().uniqueFor(Duration.ofMillis(1_500))
        seconds(unique) shouldBe "2"
        seconds(unique.processIn(Duration.ofMillis(10_000))) shouldBe "13" // due at 12:00:11, and 1.5 s from then
    }
})
