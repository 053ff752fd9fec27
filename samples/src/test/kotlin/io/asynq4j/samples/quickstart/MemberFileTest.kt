package io.asynq4j.samples.quickstart

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

private fun read(vararg rows: String) = MemberFile.read(("name,email\n" + rows.joinToString("\n")).byteInputStream())

private fun refusal(row: String) = read(row).refusals.single().reason

class MemberFileTest : FunSpec({
    test("names are read in any alphabet, quoted or not") {
        read(
            "Ολγα Γεωργίου,olga@example.org",
            "\"Núñez, Íñigo\",inigo@example.org",
            "\"Ada \"\"Ace\"\" Lovelace\",ada@example.org",
        ).members shouldContainExactly listOf(
            Member("Ολγα Γεωργίου", "olga@example.org"),
            Member("Núñez, Íñigo", "inigo@example.org"),
            Member("Ada \"Ace\" Lovelace", "ada@example.org"),
        )
    }

    test("a malformed row is refused with its line and the reason, and the reading goes on") {
        val contents = read("Ada,ada@example.org", "Bob", "Eve,eve@example.org")
        contents.members.map { it.name } shouldContainExactly listOf("Ada", "Eve")
        contents.refusals shouldContainExactly listOf(MemberFile.Refusal(3, "2 columns are needed, not 1: Bob"))
    }

    test("every kind of malformed row is told in its own words") {
        refusal("  ") shouldBe "the row is blank"
        refusal("Bob,bob@example.org,admin") shouldBe "2 columns are needed, not 3: Bob,bob@example.org,admin"
        refusal(" ,bob@example.org") shouldBe "the name is missing:  ,bob@example.org"
        refusal("Bob,") shouldBe "the address is missing: Bob,"
        refusal("\"Bob,bob@example.org") shouldBe "a quote is not closed: \"Bob,bob@example.org"
        refusal("\"Bob\" B,bob@example.org") shouldBe "text follows a closing quote: \"Bob\" B,bob@example.org"
        refusal("B\ufffdb,bob@example.org") shouldBe "not readable as UTF-8: B\ufffdb,bob@example.org"
    }

    test("a long row is shown in part, and control characters are not sent to the terminal") {
        refusal("x".repeat(100)) shouldBe "2 columns are needed, not 1: ${"x".repeat(40)}…"
        refusal("Bob\u001b[2J") shouldBe "2 columns are needed, not 1: Bob?[2J"
    }

    test("a quote that is not closed costs one row, not the rest of the file") {
        read("\"Bob,bob@example.org", "Eve,eve@example.org").members shouldContainExactly
            listOf(Member("Eve", "eve@example.org"))
    }

    test("the shipped file has a thousand rows, in many alphabets, some twice and some malformed") {
        val contents = MemberFile.shipped()
        contents.members.size + contents.refusals.size shouldBe 1000
        contents.refusals shouldHaveSize 23
        contents.members.distinctBy { it.address } shouldHaveSize 947
        val scripts = contents.members.flatMap { it.name.codePoints().toArray().toList() }
            .map { Character.UnicodeScript.of(it) }.toSet()
        scripts.size shouldBeGreaterThan 10
        contents.members.count { member -> member.address.any { it.code > 127 } } shouldBeGreaterThan 20
    }
})
