package io.asynq4j.kotlin

import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.string.shouldContain
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import kotlin.io.path.writeText
import kotlin.streams.asSequence

/** Kotlin knows what can be null in our Java, and what cannot: there are no platform types. */
class NullnessTest : FunSpec({
    test("every package of the core says that nothing is null unless it says so") {
        val root = core()
        val packages = Files.walk(root).asSequence().filter { it.toString().endsWith(".class") }
            .map { root.relativize(it.parent).toString().replace('/', '.') }.toSet()
        packages shouldHaveAtLeastSize 8
        packages.filterNot { name ->
            val says = Class.forName("$name.package-info").annotations.map { it.annotationClass.qualifiedName }
            "org.jspecify.annotations.NullMarked" in says
        }.shouldBeEmpty()
    }

    test("what is never null is used as it is, and what can be null is not") {
        errors(
            """
            fun id(context: TaskContext): Int = context.taskId().length
            fun id(lease: Lease): String = lease.message().id().trim()
            fun name(task: Task): Int = task.type().length + task.payload().bytes().size
            fun queue(options: Options): String = options.queue().orElse("default").trim()
            """,
        ).shouldBeEmpty()
    }

    mapOf(
        "a null where none is allowed" to "fun t() = Task.of(null)" to "null cannot be a value of a non-null type",
        "a null in a setting" to "fun t(o: Options) = o.queue(null)" to "null cannot be a value of a non-null type",
        "a safe call on what is never null" to "fun t(t: Task) = t.type()?.length" to "unnecessary safe call",
        "a cause that may be missing, used as if it were there" to
            "fun t(e: TaskException) = e.cause.message" to "only safe",
        "a queue that may be unknown, used as if it were known" to
            "fun t(c: Signals.Cancellation) = c.queue().length" to "only safe",
    ).forEach { (case, message) ->
        val (name, code) = case
        test("$name does not compile") {
            errors(code).also { it shouldHaveAtLeastSize 1 }.forAll { it shouldContain message }
        }
    }
})

/** What the compiler has against [code]; warnings are errors, as in our own build. */
private fun errors(code: String): List<String> {
    val folder = Files.createTempDirectory("asynq4j")
    try {
        val source = folder.resolve("Snippet.kt")
        source.writeText(
            "import io.asynq4j.handler.*\nimport io.asynq4j.spi.*\nimport io.asynq4j.task.*\n" + code.trimIndent(),
        )
        val told = ByteArrayOutputStream()
        val options =
            listOf("-Werror", "-Xjspecify-annotations=strict", "-no-stdlib", "-no-reflect", "-jvm-target", "17") +
                listOf("-classpath", System.getProperty("java.class.path"), "-d", "$folder/out", "$source")
        val exit = K2JVMCompiler().exec(PrintStream(told), *options.toTypedArray())
        val lines = told.toString().lines().filter { "error:" in it || "Snippet.kt" in it }
        check(exit == ExitCode.OK || lines.isNotEmpty()) { told.toString() }
        return if (exit == ExitCode.OK) emptyList() else lines.filter { "warnings found" !in it }
    } finally {
        folder.toFile().deleteRecursively()
    }
}
