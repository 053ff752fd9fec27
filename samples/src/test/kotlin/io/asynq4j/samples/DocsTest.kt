package io.asynq4j.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.walk

private val root = Path("..").toRealPath() // tests run in the folder of their module
private val pages = listOf(root.resolve("README.md")) + root.resolve("docs").files("md")
private val samples = listOf("main/java" to "java", "test/java" to "java", "test/kotlin" to "kt")
    .flatMap { (folder, extension) -> root.resolve("samples/src/$folder").files(extension) }
    .plus(root.resolve("samples-kotlin/src").files("kt"))
    .plus(root.resolve("sdk-kotlin/src/test/kotlin").files("kt")) // samples of its KDoc
    .plus(listOf("java", "kt").flatMap { root.resolve("consumers").files(it) }) // what consumers/run runs
    .map { it.code() }

private fun Path.files(extension: String) = walk().filter { it.extension == extension }.sorted().toList()

/** The lines without their indentation, which depends on where they stand. */
private fun Path.code() = readText().lines().map { it.trim() }

private fun snippets(page: Path) =
    Regex("(?s)```(?:java|kotlin)\n(.*?)\n```").findAll(page.readText()).map { it.groupValues[1] }

private fun List<String>.holds(snippet: List<String>) = windowed(snippet.size).any { it == snippet }

class DocsTest : FunSpec({
    test("code on a page is cut from a sample, which is compiled and run") {
        pages.flatMap { snippets(it) }.shouldNotBeEmpty()
        pages.forAll { page ->
            snippets(page).filterNot { snippet ->
                samples.any { it.holds(snippet.lines().map(String::trim)) }
            }.toList().shouldBeEmpty()
        }
    }

    test("what is no code of ours is marked as configuration, or is what a shell or a screen shows") {
        pages.forAll { page ->
            Regex("(?ms)^```(.*?)\n.*?^```").findAll(page.readText()).map { it.groupValues[1] }
                .filterNot { it in listOf("", "java", "kotlin", "yaml", "xml") }.toList().shouldBeEmpty()
        }
    }

    test("links lead somewhere, headings included") {
        pages.forAll { page ->
            Regex("""]\((?!https?:)([^)#]*)(?:#([^)]*))?\)""").findAll(page.readText()).filterNot { link ->
                val (path, heading) = link.destructured
                val target = if (path.isEmpty()) page else page.resolveSibling(path)
                target.exists() && (heading.isEmpty() || heading in target.headings())
            }.map { it.value }.toList().shouldBeEmpty()
        }
    }

    test("every page is reached from the README") {
        val reached = mutableSetOf<Path>()
        fun visit(page: Path) {
            if (!reached.add(page)) return
            Regex("""]\((?!https?:)([^)#]+\.md)""").findAll(page.readText())
                .forEach { visit(page.resolveSibling(it.groupValues[1]).normalize()) }
        }
        visit(root.resolve("README.md"))
        (pages - reached).map { it.relativeTo(root) }.shouldBeEmpty()
    }

    test("figures in the README are those of docs/performance.md: benchmarks/readme puts them there") {
        val measured = tables(root.resolve("docs/performance.md")).associateBy { it.getValue("work") }
        tables(root.resolve("README.md")).shouldNotBeEmpty().forAll { row ->
            val cells = measured.getValue(row.getValue("work"))
            (row - "work").forEach { (system, figure) ->
                cells.getValue(system).substringBefore(" (").trimEnd(' ', '✗', '✓') shouldBe figure
            }
        }
    }

    test("the README's two commands stand behind their marks") {
        fun command(mark: String) = Regex(
            "<!-- $mark -->\n```[a-z]*\n(.*)\n```",
        ).find(root.resolve("README.md").readText())?.groupValues?.get(1)
        command("main-job") shouldBe "mvn -q -pl samples -am compile exec:java"
        command("tests") shouldBe "mvn verify"
    }
})

/** Rows of the first table whose first column is headed "work", each cell by the head of its column. */
private fun tables(page: Path): List<Map<String, String>> {
    val lines = Regex("(?m)^\\| work \\|.*\n(?:\\|.*\n)+").find(page.readText())?.value.orEmpty().trim().lines()
        .map { line -> line.trim('|').split('|').map { it.trim() } }
    return lines.drop(2).map { lines[0].zip(it).toMap() }
}

/** The anchors of a page's headings, as GitHub makes them. */
private fun Path.headings() = readText().lines().filter { it.startsWith("#") }.map { heading ->
    heading.trimStart('#').trim().lowercase().replace(Regex("[^\\p{L}\\p{N} -]"), "").replace(' ', '-')
}
