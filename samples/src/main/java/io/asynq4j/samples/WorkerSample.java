package io.asynq4j.samples;

import static io.asynq4j.samples.ProducerSample.WELCOME_EMAIL;

import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.jackson.JacksonCodec;
import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Works off three queues: a typed handler, one for all types that start alike, and an asynchronous one. */
public final class WorkerSample {
    record Image(String file) {}

    static final TaskType<Image> THUMBNAIL = TaskType.of("image:thumbnail", JacksonCodec.of(Image.class));

    private WorkerSample() {}

    public static void main(String[] args) {
        try (Broker broker = LettuceBroker.open("redis://localhost:6379")) {
            run(broker, System.out);
        }
    }

    static void run(Broker broker, PrintStream out) {
        var mailer = new Mailer(out);
        var renderer = new Renderer(out);
        TaskRouter router = TaskRouter.create()
                .use(Middleware.logging())
                .handle(WELCOME_EMAIL, (email, context) -> mailer.welcome(email.userId())) // exactly this type
                .handle("image:", (task, context) -> renderer.resize(task.payload())) // asynq's pattern, raw bytes
                .handleAsync(THUMBNAIL, (image, context) -> renderer.render(image)); // answers a CompletionStage

        try (TaskServer server = TaskServer.builder(broker)
                .concurrency(20)
                .queues(Map.of("critical", 6, "default", 3, "low", 1))
                .build()) {
            server.run(router); // until SIGTERM or SIGINT, then drains
        }
    }

    /** Stands for what sends e-mails. */
    private record Mailer(PrintStream out) {
        void welcome(long userId) {
            out.println("welcome, user " + userId);
        }
    }

    /** Stands for what works on images. */
    private record Renderer(PrintStream out) {
        void resize(Payload image) {
            out.println("resized an image of " + image.size() + " bytes");
        }

        CompletionStage<?> render(Image image) {
            return CompletableFuture.runAsync(() -> out.println("a thumbnail of " + image.file()));
        }
    }
}
