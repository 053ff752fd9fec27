package io.asynq4j.server;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The server's own threads, started when needed and named for what they do. Daemons: they keep no program alive. */
final class EngineThreads implements Loop.Threads {
    private static final long IDLE_SECONDS = 30;

    private final ExecutorService pool = pool();

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

    /**
     * Runs each handler on a virtual thread where Java has them, or else on one of a pool.
     *
     * @param close lets go of the pool; handlers that still run are not waited for
     */
    record ForHandlers(Executor executor, Runnable close) {
        /** Java's own executor for virtual threads lists them all, which nobody here asks for: the attempts are listed. */
        static ForHandlers open() {
            var virtual = VirtualThreads.factory("asynq4j-worker-");
            if (virtual != null) {
                return new ForHandlers(action -> virtual.newThread(action).start(), () -> {});
            }
            var pool = pool(); // the slots are the bound
            return new ForHandlers(pool, pool::shutdown);
        }
    }

    private static ExecutorService pool() {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), action -> {
                    var thread = new Thread(action, "asynq4j-worker");
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
