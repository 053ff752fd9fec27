package io.asynq4j.samples.bankmail

import io.asynq4j.samples.bankmail.tasks.BankTasks
import io.asynq4j.task.TaskType
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.io.path.readText

private val folder = Path("").toRealPath() // tests run in the folder of their module
private val page = folder.resolve("README.md").readText()

class ReadmeTest : FunSpec({
    test("each feature has its file, and every link leads to one that is there") {
        val rows = page.substringAfter("<!-- features -->").substringBefore("\n\n").trim().lines().drop(2)
        rows.size shouldBeGreaterThan 10
        rows.forAll { it shouldMatch Regex("""\| .+ \| \[.+]\(.+\).* \|""") }
        Regex("""]\(([^)]+)\)""").findAll(page).map { it.groupValues[1] }
            .filterNot { folder.resolve(it).exists() }.toList().shouldBeEmpty()
    }

    test("all tasks and all variables are explained") {
        BankTasks::class.java.fields.map { it.get(null) }.filterIsInstance<TaskType<*>>()
            .forAll { page shouldContain "| `${it.name()}` |" }
        val settings = folder.resolve("src/main/java/io/asynq4j/samples/bankmail/app/Settings.java").readText()
        Regex("""PREFIX \+ "([A-Z_]+)"""").findAll(settings).map { it.groupValues[1] }.toList()
            .forAll { page shouldMatch Regex("(?s).*`(BANK_MAIL_|…_)${it.removePrefix("DATABASE_")}`.*") }
    }
})
