package io.asynq4j.samples.bankmail

import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

private const val HOUSE = "io.asynq4j.samples.bankmail."

/** Each room, and the rooms that it may use. */
private val map = mapOf(
    "members" to emptySet(),
    "mail" to emptySet(),
    "embedded" to emptySet(),
    "proto" to emptySet(), // generated
    "tasks" to setOf("members", "mail"),
    "signup" to setOf("members", "tasks"),
    "api" to setOf("members", "mail", "tasks", "signup", "proto"),
    "kotlin" to setOf("members", "mail", "tasks"),
    "app" to setOf("members", "mail", "embedded", "proto", "tasks", "signup", "api", "kotlin"),
)

class RoomsTest : FunSpec({
    val house = ClassFileImporter()
        .withImportOption(ImportOption.DoNotIncludeTests())
        .importPackages(HOUSE.removeSuffix("."))

    test("every room stands in the map") {
        house.map { it.packageName.removePrefix(HOUSE) }.toSet() shouldBe map.keys
    }

    map.forEach { (room, allowed) ->
        test("$room uses the rooms that it may, and no other") {
            house.filter { it.packageName == HOUSE + room }
                .flatMap { it.directDependenciesFromSelf }
                .filter { it.targetClass.baseComponentType.packageName.startsWith(HOUSE) }
                .filterNot { it.targetClass.baseComponentType.packageName.removePrefix(HOUSE) in allowed + room }
                .map { it.description }
                .shouldBeEmpty()
        }
    }
})
