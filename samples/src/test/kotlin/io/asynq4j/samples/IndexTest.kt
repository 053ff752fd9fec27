package io.asynq4j.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.string.shouldContain
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText

private val folder = Path("").toRealPath() // tests run in the folder of their module

class IndexTest : FunSpec({
    val page = folder.resolve("README.md").readText()

    test("the index names every sample") {
        val samples = folder.resolve("src/main/java/io/asynq4j/samples").listDirectoryEntries("*Sample.java")
        samples.shouldNotBeEmpty()
        samples.forAll { page shouldContain "[${it.name.removeSuffix(".java")}](" }
    }

    test("every link of the index leads to a file") {
        Regex("""]\(([^)]+)\)""").findAll(page).map { it.groupValues[1] }
            .filterNot { folder.resolve(it).exists() }.toList().shouldBeEmpty()
    }

    test("the tests that the index names are there") {
        val kotest = folder.resolveSibling("samples-kotlin/src/test/kotlin/io/asynq4j/samples/FourStylesKotestTest.kt")
        val both = folder.resolve("src/test/java/io/asynq4j/samples/FourStylesTest.java").readText() + kotest.readText()
        val named = page.substringAfter("| JUnit 5 | kotest |").substringBefore("\n\n")
        Regex("`([^`]+)`").findAll(named).map { it.groupValues[1] }.toList().forAll { both shouldContain it }
    }
})
