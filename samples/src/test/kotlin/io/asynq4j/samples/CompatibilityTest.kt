package io.asynq4j.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import kotlin.io.path.Path
import kotlin.io.path.name
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.walk

private val root = Path("..").toRealPath() // tests run in the folder of their module
private val page = root.resolve("docs/compatibility.md").readLines()

/** The text of every test, and of what the tests of several modules share, by the name of its class, and of the contract's cases. */
private val tests = root.walk().filter { it.name.endsWith("Test.kt") || it.name.endsWith("Promises.kt") }
    .associate { it.name.removeSuffix(".kt") to it.readText() }
private val contract = root.resolve("sdk-testing/src/main/java/io/asynq4j/testing/contract").walk()
    .joinToString("\n") { it.readText() }

/** The last cell of a row names classes, and after a colon their tests; points stand between all of them. */
private fun unknown(cell: String): List<String> {
    var source: String? = ""
    return cell.split(" · ").filter { it.isNotBlank() }.filterNot { part ->
        val named = Regex("^(?:`(\\w+)`|(contract))(?:: |$)").find(part)
        if (named != null) source = if (named.groupValues[1].isEmpty()) contract else tests[named.groupValues[1]]
        val test = if (named == null) part else part.substring(named.value.length)
        source?.contains(test) ?: false
    }
}

class CompatibilityTest : FunSpec({
    test("every weakness of asynq is on the page, once and in order") {
        page.mapNotNull { Regex("^\\| (W\\d+) \\|").find(it)?.groupValues?.get(1) } shouldContainExactly
            (1..40).map { "W$it" }
    }

    test("the tests that the page names are there") {
        page.filter { it.startsWith("| ") }.map { it.removeSuffix("|").split(" | ").last().trim() }
            .filterNot { it.all { c -> c in "-| " } || it == "seen by" }
            .flatMap { unknown(it) }.shouldBeEmpty()
    }
})
