package io.asynq4j.micrometer

import io.asynq4j.client.TaskClient
import io.asynq4j.inspect.Inspector
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.TestTasks
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import org.snakeyaml.engine.v2.api.Load
import org.snakeyaml.engine.v2.api.LoadSettings
import tools.jackson.databind.ObjectMapper
import java.util.concurrent.CompletableFuture
import kotlin.io.path.Path
import kotlin.io.path.readText

// Tests run in the folder of their module.
private val board = ObjectMapper().readTree(Path("grafana-board.json").readText())
private val panels = board["panels"].toList().filter { it["type"].asString() != "row" }
private val boardQueries = panels.flatMap { panel -> panel["targets"].toList().map { it["expr"].asString() } }

private val alerts = Load(LoadSettings.builder().build()).loadFromString(Path("prometheus-alerts.yaml").readText())
private val rules = ((alerts as Map<*, *>)["groups"] as List<*>).flatMap { (it as Map<*, *>)["rules"] as List<*> }
    .map { it as Map<*, *> }

/** The names of metrics in a query. */
private fun names(query: String) = Regex("""\basynq4?j?_[a-z0-9_]+""").findAll(query).map { it.value }.toList()

/** What is scraped of a program that has done all that is measured, or all but to take back a task of a server that died. */
private fun scrapeOfAll(died: Boolean = true): Scrape {
    val registry = PrometheusMeterRegistry(PrometheusConfig.DEFAULT)
    val server = ServerMetrics.of(registry)
    TestTasks.builder().server { it.observer(server) }.build().use { tasks ->
        QueueMetrics.of(Inspector.of(tasks.broker())).registerWith(registry.prometheusRegistry)
        var runs = 0
        tasks.handle { _, _ ->
            if (died && runs++ == 0) tasks.killServer()
            CompletableFuture.completedFuture(null)
        }
        val client = TaskClient.builder(tasks.broker()).time(tasks.time()).use(ClientMetrics.of(registry)).build()
        client.enqueue(Task.of("t"), Options.defaults())
        tasks.advanceUntilIdle()
        return Scrape(registry.scrape())
    }
}

class BoardTest : FunSpec({
    val scrape = scrapeOfAll()
    val known = scrape.samples.map { it.name }.toSet()

    test("every metric that the board asks for is there when a program is scraped") {
        boardQueries.size shouldBeGreaterThan 20
        boardQueries.forAll { query -> known shouldContainAll names(query).also { it.shouldNotBeEmpty() } }
    }

    test("every metric that an alert asks for is there when a program is scraped") {
        rules.map { it["expr"].toString() }
            .forAll { query -> known shouldContainAll names(query).also { it.shouldNotBeEmpty() } }
    }

    val expressions = rules.map { it["expr"].toString() }

    test("an alert on nothing being there comes also where the metric is not there") {
        expressions.filter { "sum(" in it && it.endsWith("== 0") }.also { it.shouldNotBeEmpty() }
            .forAll { it shouldContain "or vector(0)" }
    }

    test("an alert on an increase comes also where the metric is there from the first event on") {
        val before = scrapeOfAll(died = false).samples.map { it.name }.toSet()
        val late = expressions.filter { "increase(" in it && !before.containsAll(names(it)) }
        late.shouldNotBeEmpty()
        late.forAll { it shouldContain "> 0 unless ${names(it).first()} offset" }
    }

    test("labels that queries choose by have the values that they choose") {
        val chosen = Regex("""([a-z]+)!?="([^"$]+)"""")
        val queries = boardQueries + rules.map { it["expr"].toString() }
        queries.flatMap { chosen.findAll(it) }.map { it.destructured }.filterNot { (label, _) -> label == "outcome" }
            .also { it.shouldNotBeEmpty() }
            .forAll { (label, value) -> scrape.samples.map { it.labels[label] }.shouldContainAll(value) }
    }

    test("the board is one that Grafana can import: panels have their own numbers, places and data source") {
        board["uid"].asString() shouldBe "asynq4j"
        board["panels"].toList().map { it["id"].asInt() }.shouldBeUnique()
        board["panels"].toList().map { panel ->
            panel["gridPos"].run { this["x"].asInt() to this["y"].asInt() }
        }.shouldBeUnique()
        panels.forAll { it["datasource"]["uid"].asString() shouldBe "\${datasource}" }
        board["templating"]["list"].toList().map { it["name"].asString() } shouldBe listOf("datasource", "queue")
    }

    test("each alert has a name of its own, a severity, and says what is the matter") {
        rules.map { it["alert"] }.shouldBeUnique()
        rules.forAll { rule ->
            rule["alert"].toString() shouldMatch "Asynq(4j)?[A-Z][A-Za-z]+"
            setOf("info", "warning", "critical") shouldContainAll setOf((rule["labels"] as Map<*, *>)["severity"])
            (rule["annotations"] as Map<*, *>)["summary"].shouldNotBeNull()
        }
    }

    test("every metric is on the page, and every name on the page is a metric") {
        val page = Path("../../docs/metrics.md").readText()
        val named = Regex("""(?m)^\| (`[^|]*`) \| (gauge|counter|histogram) \|""").findAll(page).flatMap { row ->
            Regex("`([a-z0-9_]+)`").findAll(row.groupValues[1]).map { it.groupValues[1] to row.groupValues[2] }
        }.toMap()
        val told = scrape.types.filterKeys { it.startsWith("asynq") && !it.endsWith("_max") }
        named shouldBe told
    }
})
