package io.asynq4j.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import java.net.URI
import javax.tools.Diagnostic
import javax.tools.DiagnosticCollector
import javax.tools.JavaFileObject
import javax.tools.SimpleJavaFileObject
import javax.tools.ToolProvider

/** How the library is meant to read in a user's hands: this compiles as it stands, up to the imports. */
private val types = """
    record WelcomeEmail(long userId) {}

    static final TaskType<WelcomeEmail> WELCOME_EMAIL =
        TaskType.of("email:welcome", JacksonCodec.of(WelcomeEmail.class));
"""

private val producer = """
    try (Broker broker = LettuceBroker.open("redis://localhost:6379");
         TaskClient client = TaskClient.of(broker)) {
      TaskInfo info = client.enqueue(
          WELCOME_EMAIL.task(new WelcomeEmail(42)),
          Options.defaults().queue("critical").maxRetry(10).processIn(Duration.ofSeconds(10)));
    }
"""

private val worker = """
    TaskRouter router = TaskRouter.create()
        .use(Middleware.logging())
        .handle(WELCOME_EMAIL, (email, context) -> mailer.welcome(email.userId()))   // exactly this type
        .handle("image:", (task, context) -> resize(task.payload()))                 // asynq's pattern, raw bytes
        .handleAsync(THUMBNAIL, (image, context) -> renderer.render(image));          // answers a CompletionStage

    try (Broker broker = JedisBroker.open("redis-sentinel://s1:26379,s2:26379/0?master=main");
         TaskServer server = TaskServer.builder(broker)
             .concurrency(20)
             .queues(Map.of("critical", 6, "default", 3, "low", 1))
             .build()) {
      server.run(router);            // until SIGTERM or SIGINT, then drains
    }
"""

private fun program(body: String) = """
    import io.asynq4j.client.*;
    import io.asynq4j.handler.*;
    import io.asynq4j.jackson.JacksonCodec;
    import io.asynq4j.jedis.JedisBroker;
    import io.asynq4j.lettuce.LettuceBroker;
    import io.asynq4j.server.*;
    import io.asynq4j.spi.Broker;
    import io.asynq4j.task.*;
    import java.time.Duration;
    import java.util.Map;
    import java.util.concurrent.CompletionStage;

    class Snippet {
      interface Mailer { void welcome(long userId) throws java.io.IOException; }
      interface Renderer { CompletionStage<String> render(byte[] image); }
      static final TaskType<byte[]> THUMBNAIL = TaskType.of("image:thumbnail", Codec.bytes());
      static void resize(Payload image) {}
      $types
      void run(Mailer mailer, Renderer renderer) {
        $body
      }
    }
"""

private fun errors(body: String): List<String> {
    val found = DiagnosticCollector<JavaFileObject>()
    val source = object : SimpleJavaFileObject(URI("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
        override fun getCharContent(ignoreEncodingErrors: Boolean) = program(body)
    }
    val options = listOf("--release", "17", "-proc:none", "-classpath", System.getProperty("java.class.path"))
    // Checked and not written: without -d and with this phase, nothing is generated.
    ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, found, options + "-XDshould-stop.ifNoError=FLOW", null, listOf(source)).call()
    return found.diagnostics.filter { it.kind == Diagnostic.Kind.ERROR }.map { it.toString() }
}

class DesignSnippetsTest : FunSpec({
    test("a producer compiles as it stands") {
        errors(producer).shouldBeEmpty()
    }

    test("a worker compiles as it stands") {
        errors(worker).shouldBeEmpty()
    }

    test("what does not fit does not compile") {
        errors(
            """TaskRouter.create().handle(WELCOME_EMAIL, (email, context) -> email.userName());""",
        ).shouldNotBeEmpty()
        errors("""Options.defaults().maxRetry("ten");""").shouldNotBeEmpty()
    }
})
