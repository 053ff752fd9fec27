package io.asynq4j.kotlin

import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.streams.asSequence

class HouseTest : FunSpec({
    val sources = Files.walk(Path.of("src/main/kotlin")).asSequence().filter {
        it.name.endsWith(".kt")
    }.map { it.readText() }.toList()
    val samples = Files.walk(Path.of("src/test/kotlin/io/asynq4j/kotlin/samples")).asSequence().filter {
        it.name.endsWith(".kt")
    }.map { it.readText() }.joinToString("\n")

    test("every public function has a compiled sample in its documentation") {
        val functions = sources.flatMap { FUNCTION.findAll(it).toList() }
        functions shouldHaveAtLeastSize 20
        functions.filterNot { "@sample" in it.groupValues[1] }.map { it.groupValues[2] }.shouldBeEmpty()
        sources.flatMap { SAMPLE.findAll(it).toList() }.map { it.groupValues[1] }
            .filterNot { "fun $it(" in samples || "fun CoroutineScope.$it(" in samples }
            .shouldBeEmpty()
    }

    test("the core needs no Kotlin") {
        val texts = Files.walk(core()).asSequence().filter { it.toString().endsWith(".class") }
            .associateWith { String(Files.readAllBytes(it), Charsets.ISO_8859_1) }
        texts.size shouldBeGreaterThan 50
        texts.filterValues { "kotlin/" in it }.keys.shouldBeEmpty()
    }
})

/** The documentation of a public function, if there is any, and its first line. */
private val FUNCTION = Regex("""(/\*\*(?:(?!\*/)[\s\S])*\*/)?\s*(public (?:\w+ )*fun [^\n]*)""")

private val SAMPLE = Regex("""@sample io\.asynq4j\.kotlin\.samples\.(\w+)""")

/** Where the classes of the core are, be they in a folder or in a jar. */
internal fun core(): Path {
    val classes = Path.of(Task::class.java.protectionDomain.codeSource.location.toURI())
    return if (Files.isDirectory(classes)) classes else FileSystems.newFileSystem(classes).getPath("/")
}
