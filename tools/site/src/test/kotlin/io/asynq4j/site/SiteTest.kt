package io.asynq4j.site

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.createParentDirectories
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.walk
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

private val root = Path("../..").toRealPath()

private fun Path.html() = walk().filter { it.extension == "html" }.toList()

/** What links and pictures of a page name. */
private fun Path.destinations() = Regex("""(?:href|src)="([^"]*)"""").findAll(readText()).map {
    it.groupValues[1]
}.toList()

private fun Path.anchors() = Regex(""" id="([^"]*)"""").findAll(readText()).map { it.groupValues[1] }.toList()

/** Links of a page that lead nowhere: no file in the site, or no such heading on it. */
private fun Path.dead() = destinations().filterNot { it.matches(Regex("[a-z]+:.*")) }.filterNot { link ->
    val target = link.substringBefore('#').let { if (it.isEmpty()) this else resolveSibling(it).normalize() }
    target.exists() && ('#' !in link || link.substringAfter('#') in target.anchors())
}

class SiteTest : FunSpec({
    fun project(vararg files: Pair<String, String>): Path = tempdir().toPath().also { project ->
        val contents = "docs/README.md" to "# Contents\n\n## First\n\n- [One](one.md)\n"
        (mapOf("README.md" to "# Home", contents, "docs/one.md" to "# One") + files).forEach { (path, text) ->
            project.resolve(path).createParentDirectories().writeText(text)
        }
    }

    test("every link of the project's own site leads to a page and heading that are there") {
        val site = tempdir().toPath()
        Site.build(root, site).shouldBeEmpty()

        site.html().shouldNotBeEmpty()
        site.html().forAll { it.dead().shouldBeEmpty() }
    }

    test("every page of docs stands in the contents, and so beside every page") {
        val contents = root.resolve("docs/README.md")
        val listed = Regex("""]\(([^)#]+)\)""").findAll(contents.readText()).map { it.groupValues[1] }.toSet()
        val pages = root.resolve("docs").walk().filter { it.extension == "md" && it != contents }
            .map { it.relativeTo(contents.parent).toString() }.filterNot { it.matches(Regex("decisions/(?!README).*")) }
        pages.filterNot { it in listed }.toList().shouldBeEmpty()
    }

    test("a page is named like its file, a README is the index of its folder") {
        val site = tempdir().toPath()
        Site.build(project("docs/deep/README.md" to "# Deep"), site)

        site.html().map { it.relativeTo(site).toString() } shouldContainExactlyInAnyOrder
            listOf("index.html", "docs/index.html", "docs/one.html", "docs/deep/index.html")
    }

    test("links are those of the site, wherever they stand, anchors included") {
        val site = tempdir().toPath()
        Site.build(
            project("docs/deep/page.md" to "[up](../one.md#two) [home](../../README.md) [web](https://example.org)"),
            site,
        )

        site.resolve("docs/deep/page.html").readText().substringAfter("<main>").let { body ->
            listOf("../one.html#two", "../../index.html", "https://example.org").forAll {
                body shouldContain
                    "href=\"$it\""
            }
        }
    }

    test("files and folders that are linked are shown") {
        val site = tempdir().toPath()
        Site.build(
            project("README.md" to "[code](src/A.java) [all](src)", "src/A.java" to "a < b", "src/B.java" to "b"),
            site,
        )

        site.resolve("src/A.java.html").readText() shouldContain "a &lt; b"
        site.resolve("src/index.html").destinations().takeLast(2) shouldContainExactly
            listOf("A.java.html", "B.java.html")
        site.resolve("src/B.java.html").exists() shouldBe true
    }

    test("a file that is no text is told to be none") {
        val site = tempdir().toPath()
        val project = project("README.md" to "[all](bin)", "bin/a.txt" to "a")
        project.resolve("bin/b.bin").writeBytes(byteArrayOf(-1, -2, 0))
        Site.build(project, site).shouldBeEmpty()
        site.resolve("bin/b.bin.html").readText() shouldContain "(no text)"
    }

    test("a link that leads nowhere, or out of the project, is told with its page") {
        Site.build(
            project("docs/one.md" to "[a](two.md) ![b](no.svg) [c](../../../x)"),
            tempdir().toPath(),
        ) shouldContainExactly
            listOf("docs/one.md: two.md", "docs/one.md: no.svg", "docs/one.md: ../../../x")
    }

    test("headings have the anchors that GitHub gives them") {
        val slugs = Slugs()
        listOf("What's new?", "`dash`, live", "Never  early", "A_b-c", "Übung 1", "A_b-c").map {
            slugs.next(it)
        } shouldContainExactly
            listOf("whats-new", "dash-live", "never--early", "a_b-c", "übung-1", "a_b-c-1")
    }
})
