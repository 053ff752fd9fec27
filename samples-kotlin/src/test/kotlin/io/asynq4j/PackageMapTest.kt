package io.asynq4j

import com.tngtech.archunit.core.domain.JavaClass
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.maps.shouldContainKey
import io.kotest.matchers.shouldBe

/**
 * Every package of the house and all that it may use, in one table.
 *
 * It stands here because this is the one module that sees all the others.
 */
private val map = mapOf(
    "time" to uses(),
    "task" to uses(),
    "handler" to uses("task"),
    "spi" to uses("task", "time"),
    "client" to uses("task", "spi", "time"),
    "server" to uses("task", "handler", "spi", "time"),
    "limit" to uses("task", "handler", "spi", "time"),
    "schedule" to uses("task", "client", "spi", "time"),
    "inspect" to uses("task", "spi", "time"),

    "redis" to uses("time", "task", "spi", "redis.keys", "redis.wire", "redis.port"),
    "redis.keys" to uses(),
    "redis.wire" to uses("task", "spi"),
    "redis.port" to uses("time"),
    "jedis" to uses("redis", "redis.port", "time", "task", "spi", from = listOf("redis.clients")),
    "lettuce" to uses("redis", "redis.port", "time", "task", "spi", from = listOf("io.lettuce", "io.netty", "reactor")),

    "testing" to uses("time", "task", "handler", "spi", "client", "server", "schedule", "inspect"),
    "testing.contract" to uses("testing", "time", "task", "handler", "spi", "client", "server", "schedule", "inspect"),
    "testing.redis" to uses("time", from = listOf("redis.embedded")),

    "kotlin" to uses(
        "task",
        "handler",
        "spi",
        "client",
        "server",
        from = listOf("kotlin", "kotlinx.coroutines", "kotlinx.serialization", "org.jetbrains.annotations"),
    ),
    "kotest" to uses(
        "testing",
        "task",
        "handler",
        "time",
        from = listOf("io.kotest", "kotlin", "kotlinx.coroutines", "org.jetbrains.annotations"),
    ),
    "junit5" to uses("testing", from = listOf("org.junit.jupiter.api")),

    "cli" to uses(
        "cli.output",
        "cli.screen",
        "task",
        "spi",
        "time",
        "client",
        "schedule",
        "inspect",
        "lettuce",
        "redis.port",
        "micrometer",
        from = listOf(
            "picocli",
            "org.jline",
            "org.snakeyaml.engine",
            "io.micrometer.prometheusmetrics",
            "io.prometheus",
        ),
    ),
    "cli.output" to uses("task", "spi", from = listOf("tools.jackson", "org.snakeyaml.engine", "org.jline.utils")),
    "cli.screen" to uses("cli.output", "task", "spi", "time", "inspect", from = listOf("org.jline")),

    "yaml" to uses("schedule", "task", from = listOf("org.snakeyaml.engine")),

    "micrometer" to uses(
        "task",
        "handler",
        "client",
        "server",
        "spi",
        "inspect",
        from = listOf(
            "io.micrometer.core",
            "io.micrometer.prometheusmetrics",
            "io.prometheus.metrics",
            "com.sun.net.httpserver",
        ),
    ),
    "opentelemetry" to
        uses("task", "handler", "client", from = listOf("io.opentelemetry.api", "io.opentelemetry.context")),

    "jackson" to uses("task", from = listOf("tools.jackson", "com.fasterxml.jackson.annotation")),
)

private class Uses(val rooms: Set<String>, val libraries: List<String>)

private fun uses(vararg rooms: String, from: List<String> = emptyList()) =
    Uses(rooms.toSet(), listOf("java", "javax", "org.slf4j", "org.jspecify") + from)

class PackageMapTest : FunSpec({
    val house = ClassFileImporter()
        .withImportOption(ImportOption.DoNotIncludeTests())
        .importPackages("io.asynq4j")
    val rooms = house.filterNot { it.room.startsWith("samples") }.groupBy { it.room }

    test("every package stands in the map") {
        rooms.keys.shouldNotBeEmpty()
        rooms.keys.forAll { map shouldContainKey it }
    }

    rooms.forEach { (room, classes) ->
        test("$room uses what the map allows, and nothing else") {
            val allowed = map.getValue(room)
            classes.flatMap { it.directDependenciesFromSelf }
                .filterNot { allowed.mayUse(room, it.targetClass.baseComponentType) }
                .map { it.description }
                .shouldBeEmpty()
        }
    }

    test("no package is split between two jars") {
        rooms.forAll { (_, classes) -> classes.map { it.jar }.distinct().size shouldBe 1 }
    }

    test("no packages use one another in a circle") {
        slices().matching("io.asynq4j.(**)").should().beFreeOfCycles().check(house)
    }
})

private val JavaClass.room get() = packageName.removePrefix("io.asynq4j.")

/** The jar or class folder that a class came from. */
private val JavaClass.jar get() = source.get().uri.toString().substringBefore("io/asynq4j/")

private fun Uses.mayUse(room: String, target: JavaClass): Boolean = when {
    target.isPrimitive -> true
    target.packageName.startsWith("io.asynq4j") -> target.room == room || target.room in rooms
    else -> libraries.any { target.packageName == it || target.packageName.startsWith("$it.") }
}
