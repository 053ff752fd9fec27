package io.asynq4j.server;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The server's own threads, started when needed and named for what they do. Daemons: they keep no program alive. */
final class EngineThreads implements Loop.Threads {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons());

    @Override
    public Executor named(String role) {
        return turns -> pool.execute(() -> {
            Thread.currentThread().setName("asynq4j-" + role);
            turns.run();
        });
    }

    void close() {
        pool.shutdown();
    }

    /** Runs each handler on a virtual thread where Java has them, or else on one of a pool; closed by the caller. */
    static ExecutorService forHandlers() {
        var virtual = VirtualThreads.factory("asynq4j-worker-");
        return virtual != null
                ? VirtualThreads.perTask(virtual)
                : new ThreadPoolExecutor(
                        0,
                        Integer.MAX_VALUE, // the slots are the bound
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        daemons());
    }

    private static ThreadFactory daemons() {
        return action -> {
            var thread = new Thread(action, "asynq4j-worker");
            thread.setDaemon(true);
            return thread;
        };
    }
}
