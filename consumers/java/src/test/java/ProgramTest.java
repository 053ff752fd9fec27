import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.asynq4j.testing.redis.RedisForTests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs the program as a reader would, against a real Redis. */
class ProgramTest {
    @Test
    void theProgramWelcomesAndEndsInGoodOrder() throws Exception {
        try (RedisForTests redis = RedisForTests.start()) {
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            var process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "Welcome", redis.uri())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                var said =
                        CompletableFuture.supplyAsync(() -> firstLine(process)).get(60, TimeUnit.SECONDS);
                assertEquals("Welcome, ada@example.org", said);
                process.destroy();
                assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static String firstLine(Process process) {
        try {
            return new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
        } catch (IOException failed) {
            return failed.toString();
        }
    }
}
