package io.asynq4j.handler;

import io.asynq4j.task.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** An asynchronous handler called in the blocking style: what has failed already is thrown, the rest stays a stage. */
final class BlockingCall implements Handler<Task> {
    private final AsyncHandler<Task> next;
    private CompletionStage<?> stage = CompletableFuture.completedFuture(null);

    BlockingCall(AsyncHandler<Task> next) {
        this.next = next;
    }

    @Override
    public void handle(Task task, TaskContext context) throws Exception {
        stage = next.handle(task, context);
        if (stage instanceof CompletableFuture<?> future && future.isCompletedExceptionally()) {
            try {
                future.join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        }
    }

    CompletionStage<?> stage() {
        return stage;
    }
}
