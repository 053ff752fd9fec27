package io.asynq4j.redis.keys

import io.asynq4j.redis.wire.payload
import io.asynq4j.redis.wire.recorded
import io.asynq4j.redis.wire.text
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Instant

class KeysTest : FunSpec({
    val recorded = recorded(KeysTest::class.java, "unique-keys.json").get("keys").values().toList()

    test("a key that is never there has the tag of another, or is that where no tag can stand for it") {
        mapOf(
            "asynq:{q}:t:1" to "asynq:{q}:never",
            "asynq:sema:a" to "asynq:{asynq:sema:a}:never",
            "asynq:sema:a{b" to "asynq:{asynq:sema:a{b}:never",
            "asynq:sema:a}b" to "asynq:sema:a}b",
            "asynq:sema:a{}b" to "asynq:sema:a{}b",
            "asynq:sema:a}b{c}" to "asynq:sema:a}b{c}:never",
        ).toList().forAll { (key, never) -> Keys.never(key) shouldBe never }
    }

    test("all recorded locks are looked at") {
        recorded shouldHaveSize 22
    }

    test("locks have the names that the Go library gives them") {
        recorded.forAll {
            Keys.unique(it.text("queue"), it.text("type"), it.payload("payload")) shouldBe it.text("unique_key")
        }
    }

    test("the keys of a queue have the names that the Go library knows, and one hash tag") {
        listOf(
            Keys.pending("q"),
            Keys.active("q"),
            Keys.lease("q"),
            Keys.scheduled("q"),
            Keys.retry("q"),
            Keys.archived("q"),
            Keys.completed("q"),
            Keys.paused("q"),
            Keys.groups("q"),
            Keys.group("q", "g"),
            Keys.task("q", "id"),
            Keys.processed("q"),
            Keys.failed("q"),
        ) shouldBe listOf(
            "asynq:{q}:pending",
            "asynq:{q}:active",
            "asynq:{q}:lease",
            "asynq:{q}:scheduled",
            "asynq:{q}:retry",
            "asynq:{q}:archived",
            "asynq:{q}:completed",
            "asynq:{q}:paused",
            "asynq:{q}:groups",
            "asynq:{q}:g:g",
            "asynq:{q}:t:id",
            "asynq:{q}:processed",
            "asynq:{q}:failed",
        )
    }

    test("counters of a day are named after the day in UTC") {
        val lastOfTheYear = Instant.parse("2026-12-31T23:59:59.999Z")
        Keys.processed("q", lastOfTheYear) shouldBe "asynq:{q}:processed:2026-12-31"
        Keys.failed("q", lastOfTheYear.plusMillis(1)) shouldBe "asynq:{q}:failed:2027-01-01"
    }

    test("what a server tells of itself lies under one hash tag") {
        Keys.server("host", 4711, "id") shouldBe "asynq:servers:{host:4711:id}"
        Keys.workers("host", 4711, "id") shouldBe "asynq:workers:{host:4711:id}"
    }
})
