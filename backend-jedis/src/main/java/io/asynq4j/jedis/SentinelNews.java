package io.asynq4j.jedis;

import io.asynq4j.redis.port.SwitchMaster;
import io.asynq4j.time.SystemTime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;

/**
 * Listens to one of the sentinels, and after that is lost to the next, and says which server is the primary no more: it may not
 * know that, nor we, where it can be reached by us and not by them. Safe for use by many threads.
 */
final class SentinelNews {
    private final String master;
    private final Consumer<SwitchMaster> leave;
    private final SystemTime time = SystemTime.open();
    private final Listening listening;
    private final AtomicBoolean started = new AtomicBoolean();

    /**
     * @param sentinels connects to one of them, another one each time
     * @param master the name they know the primary by
     * @param leave told at once, and again when all sentinels should know
     * @param patience how long a sentinel may take to answer
     */
    SentinelNews(Supplier<Connection> sentinels, String master, Consumer<SwitchMaster> leave, Duration patience) {
        this.master = master;
        this.leave = leave;
        var channels = Set.of(SwitchMaster.CHANNEL);
        this.listening = new Listening(
                new GivenServer(sentinels), time, patience, () -> channels, (channel, message) -> heard(message));
    }

    /** Connects in the background; without effect the second time. */
    void start() {
        if (started.compareAndSet(false, true)) {
            listening.start();
        }
    }

    void close() {
        listening.close();
        time.close();
    }

    private void heard(String message) {
        SwitchMaster.of(message).filter(news -> news.master().equals(master)).ifPresent(news -> {
            for (var delay : SwitchMaster.LEAVING) {
                time.after(delay, () -> leave.accept(news));
            }
        });
    }
}
