package io.asynq4j.kotlin

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.validation.api.dump
import kotlinx.validation.api.filterOutNonPublic
import kotlinx.validation.api.loadApiFromJvmClasses
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.inputStream
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.streams.asSequence

/**
 * What compiled code of users is linked against. A change of it shows in the diff of the file; one that takes something away
 * breaks programs that are not compiled anew.
 */
class BinaryCompatibilityTest : FunSpec({
    test("the public API is what the file says") {
        val classes = Files.walk(Path.of("target/classes")).asSequence().filter { it.extension == "class" }.sorted()
        val found = StringBuilder()
        classes.map { it.inputStream() }.loadApiFromJvmClasses().filterOutNonPublic().dump(found)

        val now = Path.of("target/asynq4j-kotlin.api")
        now.writeText(found)
        withClue("if the change is meant, copy sdk-kotlin/$now to sdk-kotlin/api") {
            found.toString() shouldBe Path.of("api/asynq4j-kotlin.api").readText()
        }
    }
})
