package io.asynq4j.redis

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.io.path.Path
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

private val used = Path("src/main").walk().filter { it.extension in setOf("java", "lua") }.flatMap { file ->
    Regex("redis\\.p?call\\('([A-Z]+)'|Call\\.of\\(\"([A-Z]+)\"").findAll(file.readText())
        .map { (it.groupValues[1] + it.groupValues[2]).lowercase() }
}.toSet() - setOf("client", "memory") // whose parts are below

/** What the drivers send, or have sent for them. */
private val DRIVERS =
    setOf("client|caching", "client|id", "client|tracking", "eval", "evalsha", "subscribe", "unsubscribe")

/** The part of a command that we use. */
private val PARTS = setOf("memory|usage")

class LeastUserTest : FunSpec({
    test("the user in the documentation may use the commands that we use, and no others") {
        LeastUser.commands.sorted() shouldBe (used + DRIVERS + PARTS).sorted()
    }
})
