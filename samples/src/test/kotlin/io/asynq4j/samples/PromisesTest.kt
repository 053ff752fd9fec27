package io.asynq4j.samples

import io.asynq4j.testing.contract.BrokerContract
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.io.path.Path
import kotlin.io.path.readText
import kotlin.io.path.writeText

class PromisesTest : FunSpec({
    // Written anew with -Ddocs.write=true
    test("the page of promises lists every case of the contract, and nothing else") {
        val page = Path("../docs/brokers.md").toRealPath()
        val (before, after) = page.readText().split(MARK).also { it.size shouldBe 2 }
        val table = BrokerContract.topics().map { (topic, cases) ->
            "\n### $topic\n\n" + cases.joinToString("\n", postfix = "\n") { "- ${it.name}" }
        }.joinToString("", prefix = "\n${BrokerContract.cases().size} promises.\n")
        if (System.getProperty("docs.write").toBoolean()) {
            page.writeText(before + MARK + table)
        } else {
            after shouldBe table
        }
    }
})

private const val MARK = "<!-- from the contract -->\n"
