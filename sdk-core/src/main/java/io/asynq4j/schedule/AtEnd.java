package io.asynq4j.schedule;

import java.util.concurrent.CompletionStage;

/** Waiting until something is closed, which the end of the Java machine does as well. */
final class AtEnd {
    private AtEnd() {}

    /** Returns when {@code closed}; when this thread is interrupted or the machine ends, {@code close} is called before. */
    static void await(SchedulerGround ground, CompletionStage<?> closed, Runnable close) {
        var atEnd = new Thread(close, "asynq4j-scheduler-end");
        Runtime.getRuntime().addShutdownHook(atEnd);
        try {
            ground.await(closed);
        } finally {
            close.run();
            try {
                Runtime.getRuntime().removeShutdownHook(atEnd);
            } catch (IllegalStateException ending) {
                // the machine ends: the thread has run, or will
            }
        }
    }
}
