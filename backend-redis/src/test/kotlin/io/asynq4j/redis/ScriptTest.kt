package io.asynq4j.redis

import io.asynq4j.redis.port.Script
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.toPath

/** Every script that there is. */
internal fun allScripts(): List<Script> = scripts.toSortedMap().values.toList()

private val scripts: Map<String, Script> = Scripts::class.java.declaredFields
    .filter { it.type == Script::class.java }
    .associate { field -> field.name to field.apply { isAccessible = true }.get(null) as Script }

/** What the comment at the top says, and what comes after it. */
private class Source(script: Script) {
    val header = script.source().lines().takeWhile { it.startsWith("--") }
    val body = script.source().lines().drop(header.size).joinToString("\n") { it.substringBefore("--") }

    /** `KEYS[1]`, or `KEYS[2..]` for that one and all that follow. */
    fun documented(what: String): List<String> = header.mapNotNull { Regex("^-- ($what\\[\\d+(\\.\\.)?])").find(it) }
        .map { it.groupValues[1] }

    fun usedByNumber(what: String): List<String> = Regex("$what\\[\\d+]").findAll(body).map {
        it.value
    }.distinct().toList()

    fun usesByVariable(what: String): Boolean = Regex("$what\\[[^]]*[a-z][^]]*]").containsMatchIn(body)
}

class ScriptTest : FunSpec({
    test("every file has its constant, and every constant its file") {
        val folder: Path = Scripts::class.java.getResource("lua")!!.toURI().toPath()
        val files = folder.listDirectoryEntries().map { it.name }
        files.shouldNotBeEmpty()
        scripts.map { (constant, script) -> constant.lowercase() to script.name() } shouldContainExactlyInAnyOrder
            files.map { it.removeSuffix(".lua") to "lua/$it" }
    }

    scripts.forEach { (constant, script) ->
        val source = Source(script)

        test("${script.name()} says what it does, and what it returns") {
            source.header.first() shouldStartWith "-- ${constant.lowercase()}: "
            source.header.count { it.startsWith("-- RETURN    ") } shouldBe 1
        }

        listOf("KEYS", "ARGV").forEach { what ->
            test("${script.name()} documents the $what that it uses, and no others") {
                val documented = source.documented(what)
                val (rest, single) = documented.partition { it.endsWith("..]") }
                documented shouldBe documented.distinct()
                source.usesByVariable(what) shouldBe rest.isNotEmpty()
                val first = rest.singleOrNull()?.filter { it.isDigit() }?.toInt() ?: (single.size + 1)
                single shouldBe (1 until first).map { "$what[$it]" }
                source.usedByNumber(what).sorted() shouldBe single.sorted()
            }
        }

        test("${script.name()} asks for neither time nor chance, which come in as arguments") {
            Regex("'TIME'|math\\.random|'SRANDMEMBER'|'RANDOMKEY'").containsMatchIn(source.body) shouldBe false
        }
    }
})
