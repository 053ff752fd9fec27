package io.asynq4j

import com.tngtech.archunit.ArchConfiguration
import com.tngtech.archunit.core.domain.JavaClasses
import com.tngtech.archunit.core.domain.JavaModifier.PUBLIC
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import io.asynq4j.client.TaskClient
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.jedis.JedisBroker
import io.asynq4j.kotlin.EnqueueOptions
import io.asynq4j.kotlin.TaskServerSetup
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.micrometer.MetricsServer
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.schedule.PeriodicTask
import io.asynq4j.schedule.PeriodicTaskManager
import io.asynq4j.schedule.Scheduler
import io.asynq4j.server.TaskServer
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.TestTasks
import io.asynq4j.testing.VirtualTime
import io.kotest.assertions.assertSoftly
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.function.Function
import kotlin.io.path.Path
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

private val root = Path("..").toRealPath()

/** A line of a reference table, without its marks. */
private class Row(cells: List<String>) {
    val names = Regex("`([^`]+)`").findAll(cells[0]).map {
        it.groupValues[1].substringBefore('(').removePrefix("policy.")
    }.toList()
    val default = cells.getOrElse(1) { "" }
    val rule = cells.getOrElse(2) { "" }
}

private val pages = root.resolve("docs").walk().filter { it.extension == "md" }.toList()

/** The tables behind `<!-- settings: … -->`, by what stands there. */
private val reference: Map<String, List<Row>> = pages.flatMap { page ->
    Regex("(?m)^<!-- settings: (\\S+) -->\n((?:\\|.*\n)+)").findAll(page.readText()).map { table ->
        table.groupValues[1] to table.groupValues[2].trim().lines().drop(2)
            .map { line -> Row(line.trim('|').split(Regex("(?<!\\\\)\\|")).map { it.trim() }) }
    }
}.toMap()

private fun names(table: String) = reference[table].orEmpty().flatMap { it.names }

/** Types whose methods answer a changed copy, or themselves, and set nothing. */
private val noSettings = setOf(
    // Three places for the same options: docs/options.md.
    "io.asynq4j.task.Task",
    "io.asynq4j.task.TaskType",
    // Here under `policies`.
    "io.asynq4j.handler.RetryPolicy",
    // Routes.
    "io.asynq4j.handler.TaskRouter",
    "io.asynq4j.kotlin.TaskRoutes",
    // Values of one attempt, or one situation of a test.
    "io.asynq4j.handler.TaskContext",
    "io.asynq4j.testing.TestContext",
    // Here under `schemes`.
    "io.asynq4j.redis.port.RedisUri",
    // For drivers.
    "io.asynq4j.redis.port.Call\$Builder",
    // Questions and answers.
    "io.asynq4j.inspect.TaskFilter",
    "io.asynq4j.spi.Demand",
    "io.asynq4j.spi.Lease",
    "io.asynq4j.spi.TaskMessage",
    "io.asynq4j.spi.TaskMessage\$Progress",
    "io.asynq4j.task.TaskInfo",
    // Lines that are printed.
    "io.asynq4j.cli.output.Table",
)

/** Public types, each with its public methods that answer the type itself. */
private val withers: Map<String, List<String>> = ArchConfiguration.withThreadLocalScope(
    Function<ArchConfiguration, JavaClasses> {
        it.setResolveMissingDependenciesFromClassPath(false) // takes long, and is not needed
        ClassFileImporter().withImportOption(ImportOption.DoNotIncludeTests()).importPackages("io.asynq4j")
    },
)
    .filter { PUBLIC in it.modifiers && ".samples" !in it.packageName && ".contract" !in it.packageName }
    .map { it.reflect() }
    .associate { type -> type.name to type.settings() }
    .filterValues { it.isNotEmpty() }

private fun Class<*>.settings() = methods.filter {
    !Modifier.isStatic(it.modifiers) && !it.isSynthetic && it.returnType == this && it.name != "merge"
}.map { it.name }.distinct()

private fun kotlinSettings(type: Class<*>) = type.declaredMethods
    .filter { Modifier.isPublic(it.modifiers) && !Modifier.isStatic(it.modifiers) && !it.isSynthetic }
    .filter { it.returnType == Void.TYPE && '$' !in it.name }
    .map { it.name.substringBefore('-') } // what takes a value class has a hash behind its name
    .map { if (it.matches(Regex("set[A-Z].*"))) it.drop(3).replaceFirstChar(Char::lowercase) else it }
    .distinct()

private val broker = InMemoryBroker.on(VirtualTime.startingAt(Instant.EPOCH))

/** One of each, fresh. */
private val builders: Map<String, () -> Any> = listOf<() -> Any>(
    { TaskServer.builder(broker) },
    { TaskClient.builder(broker) },
    { Scheduler.builder(broker) },
    { PeriodicTaskManager.builder(broker) { emptyList() } },
    { PeriodicTask.of("@daily", Task.of("a")) },
    { LettuceBroker.builder(RedisUri.of("redis://localhost")) },
    { JedisBroker.builder(RedisUri.of("redis://localhost")) },
    { MetricsServer.builder(PrometheusMeterRegistry(PrometheusConfig.DEFAULT)) },
    { TestTasks.builder() },
    { Options.defaults() },
).associateBy { it().javaClass.name }

/** Settings whose field has another name, or a part of one. */
private val fields = mapOf(
    "janitorBatchSize" to "janitorBatch",
    "leaseDuration" to "lease",
    "groupGracePeriod" to "gracePeriod",
    "groupMaxDelay" to "maxDelay",
    "groupMaxSize" to "maxSize",
    "commandTimeout" to "command",
    "connectTimeout" to "connect",
    "withJitter" to "jitter",
    "syncInterval" to "interval",
)

/** Settings whose default is in words: of the machine, or given whenever it is used. */
private val ofTheirOwn = setOf("concurrency", "leaderLease")

/** The value of a field of this object, or of what it holds. */
private fun Any.held(name: String, depth: Int = 3): Any? = javaClass.declaredFields
    .filterNot { Modifier.isStatic(it.modifiers) }
    .firstNotNullOfOrNull { field ->
        field.isAccessible = true
        val value = field.get(this)
        when {
            field.name == name -> value
            value == null || depth == 0 || value.javaClass.isHidden -> null
            !value.javaClass.name.startsWith("io.asynq4j") -> null
            else -> value.held(name, depth - 1)
        }
    }

private val units = mapOf("s" to 1L, "minute" to 60L, "minutes" to 60L, "hours" to 3600L, "days" to 86400L)

/** The number or duration with which a cell begins. */
private fun value(cell: String): Any? {
    val (digits, unit) = Regex("""^`?([\d,]+)`?(?: (\w+))?""").find(cell)?.destructured ?: return null
    val number = digits.replace(",", "").toLong()
    return when (unit) {
        in units -> Duration.ofSeconds(number * units.getValue(unit))
        "MiB" -> number shl 20
        else -> number
    }
}

private fun same(told: Any, real: Any): Boolean = when (real) {
    is Duration -> (if (told == 0L) Duration.ZERO else told) == real
    is Number -> told == real.toLong()
    else -> told.toString() == real.toString()
}

class SettingsReferenceTest : FunSpec({
    test("whatever sets something stands in the reference, and nothing else does") {
        val kotlin = mapOf(
            TaskServerSetup::class.java.name to kotlinSettings(TaskServerSetup::class.java),
            EnqueueOptions::class.java.name to kotlinSettings(EnqueueOptions::class.java),
        )
        val known = reference.keys - setOf("schemes", "environment", "yaml", "policies", "io.asynq4j.cli.Settings")
        (withers.keys - noSettings + kotlin.keys) shouldContainExactlyInAnyOrder known
        assertSoftly {
            (withers - noSettings + kotlin).forEach { (type, settings) ->
                withClue(type) { names(type) shouldContainExactlyInAnyOrder settings }
            }
        }
    }

    test("every retry policy is explained") {
        val policies = RetryPolicy::class.java.methods.filter { it.returnType == RetryPolicy::class.java }
        names("policies") shouldContainExactlyInAnyOrder policies.map { it.name }.distinct()
    }

    test("what a block of Kotlin sets is a setting of Java's") {
        val java = names("io.asynq4j.server.TaskServerBuilder") + names(Options::class.java.name)
        listOf(TaskServerSetup::class, EnqueueOptions::class).flatMap { reference.getValue(it.java.name) }
            .filterNot { it.default == "all others" }
            .forAll { java.contains(it.default.trim('`')) shouldBe true }
    }

    test("defaults are those of the code") {
        var compared = 0
        assertSoftly {
            builders.forEach { (type, builder) ->
                reference.getValue(type).filter { type != Options::class.java.name }.forEach { row ->
                    val told = value(row.default)
                    val real = builder().held(fields[row.names[0]] ?: row.names[0])
                    if (told != null && (real is Duration || real is Number)) {
                        compared++
                        withClue("${row.names[0]}: ${row.default} is told, and it is $real") {
                            same(told, real) shouldBe true
                        }
                    } else {
                        withClue("${row.names[0]} has a default that is not told: $real") {
                            (row.names[0] in ofTheirOwn) shouldBe (real is Duration || real is Number)
                        }
                    }
                }
            }
        }
        compared shouldBeGreaterThan 25
    }

    test("defaults of options are those of the code") {
        val defaults = reference.getValue(Options::class.java.name).associate { it.names[0] to it.default }
        value(defaults.getValue("maxRetry")) shouldBe Options.DEFAULT_MAX_RETRY.toLong()
        value(defaults.getValue("timeout")) shouldBe Options.DEFAULT_TIMEOUT
        defaults.getValue("queue") shouldBe "`${Options.DEFAULT_QUEUE}`"
    }

    test("the rule of a number or a duration is that of the code, to the last one allowed") {
        var tried = 0
        assertSoftly {
            builders.forEach { (type, builder) ->
                reference.getValue(type).forEach { row ->
                    val method = Class.forName(type).methods
                        .firstOrNull { it.name == row.names[0] && it.parameterCount == 1 && it.returnType.name == type }
                    val most = Regex("""from 0 to (.*)""").find(row.rule)?.let { value(it.groupValues[1]) as Long }
                    val least = when {
                        row.rule.startsWith("more than zero") -> Duration.ofNanos(1)
                        row.rule.startsWith("0 or more") || most != null -> 0L
                        else -> value(row.rule.substringAfter("at least ", ""))
                    }
                    val edge = method?.parameterTypes?.get(0)?.let { edge(it, least) }
                    if (method != null && edge != null) {
                        tried++
                        withClue("${row.names[0]}: ${row.rule}") {
                            shouldNotThrowAny { method.on(builder(), edge.first) }
                            shouldThrow<IllegalArgumentException> { method.on(builder(), edge.second) }
                            if (most != null) {
                                shouldNotThrowAny { method.on(builder(), most.toInt()) }
                                shouldThrow<IllegalArgumentException> { method.on(builder(), most.toInt() + 1) }
                            }
                        }
                    }
                }
            }
        }
        tried shouldBeGreaterThan 20
    }

    test("schemes and parameters of URIs are those that are read") {
        val told = reference.getValue("schemes")
        told.flatMap { it.names }.forAll { scheme ->
            val query = if ("sentinel" in scheme) "?master=m" else ""
            RedisUri.of("$scheme://${if (scheme == "redis-socket") "/s" else "h"}$query")
        }
        val refusal = shouldThrow<IllegalArgumentException> { RedisUri.of("nix://h") }.message!!
        val read = Regex("([a-z-]+)://(?=,| or|$| )").findAll(refusal.substringAfter("start with"))
        told.flatMap { it.names } shouldContainExactlyInAnyOrder read.map { it.groupValues[1] }.toList()
    }

    test("keys of the command line's configuration are those that are read") {
        names("io.asynq4j.cli.Settings") shouldContainExactlyInAnyOrder constant("io.asynq4j.cli.Settings", "KEYS")
    }

    test("fields of periodic tasks in YAML are those that are read") {
        names("yaml") shouldContainExactlyInAnyOrder constant("io.asynq4j.yaml.EntryReader", "FIELDS")
    }

    test("variables of the environment and properties of Java are those that the code names") {
        val modules = listOf("sdk-core", "sdk-testing", "sdk-kotlin", "integrations", "tools") +
            listOf("redis", "lettuce", "jedis").map { "backend-$it" }
        val main = modules.flatMap { module -> root.resolve(module).walk().filter { it.isMainCode() }.toList() }
        val named = Regex("\"(ASYNQ4J_[A-Z_]+[A-Z]|asynq4j\\.redis\\.[a-z]+)\"|\\$\\{?(ASYNQ4J_[A-Z_]+)")
        val read = main.flatMap { named.findAll(it.readText()) }.map { it.groupValues[1] + it.groupValues[2] }.toSet()
        names("environment") shouldContainExactlyInAnyOrder read
    }
})

private fun Path.isMainCode() = toString().let { path ->
    "/target/" !in path &&
        ((("/src/main/" in path) && extension in setOf("java", "kt")) || path.endsWith("cli/asynq4j"))
}

private fun constant(type: String, name: String) =
    (Class.forName(type).getDeclaredField(name).apply { isAccessible = true }.get(null) as Collection<*>).toList()

/** The least value that is allowed, and the next one below. */
private fun edge(type: Class<*>, least: Any?): Pair<Any, Any>? = when {
    least == null -> null
    type == Duration::class.java -> (least as? Duration ?: Duration.ZERO).let { it to it.minusNanos(1) }
    type == Int::class.java && least is Long -> least.toInt() to least.toInt() - 1
    else -> null
}

private fun Method.on(builder: Any, value: Any) = try {
    invoke(builder, value)
} catch (failed: InvocationTargetException) {
    throw failed.targetException
}
