import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.File
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

class ProgramTest : FunSpec({
    test("the program welcomes, as a reader would run it against a real Redis") {
        RedisForTests.start().use { redis ->
            val java = File(System.getProperty("java.home"), "bin/java").path
            val classPath = System.getProperty("java.class.path")
            val process = ProcessBuilder(java, "-cp", classPath, "WelcomeKt", redis.uri())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
            try {
                CompletableFuture.supplyAsync { process.inputReader().readLine() }
                    .get(60, TimeUnit.SECONDS) shouldBe "Welcome, ada@example.org"
            } finally {
                process.destroyForcibly()
            }
        }
    }
})
