package io.asynq4j.jedis;

import io.asynq4j.redis.port.SwitchMaster;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The primary that sentinels name, reached through one pool. They are asked when there is no pool yet and after connections
 * were lost: whoever comes first asks, all others wait for the answer.
 */
final class SentinelServers implements Servers {
    private final List<HostAndPort> sentinels;
    private final JedisClientConfig asking;
    private final String master;
    private final JedisClientConfig config;
    private final Pool.Size size;

    private final AtomicReference<@Nullable CompletableFuture<Primary>> current = new AtomicReference<>();
    private final AtomicReference<@Nullable Primary> last = new AtomicReference<>();
    private final AtomicInteger listened = new AtomicInteger();
    private final SentinelNews news;
    private volatile boolean closed;

    private record Primary(HostAndPort address, Pool pool) {}

    /**
     * @param asking how to log in to the sentinels
     * @param master the name they know the primary by
     * @param config how to log in to the primary
     */
    SentinelServers(
            List<HostAndPort> sentinels,
            JedisClientConfig asking,
            String master,
            JedisClientConfig config,
            Pool.Size size) {
        this.sentinels = List.copyOf(sentinels);
        this.asking = asking;
        this.master = master;
        this.config = config;
        this.size = size;
        this.news = new SentinelNews(this::sentinel, master, this::leave, size.patience());
    }

    @Override
    public Line line(int slot) {
        var primary = primary();
        return primary.pool().line(primary.address());
    }

    @Override
    public Line apart(int slot) {
        var primary = primary();
        return primary.pool().apart(primary.address());
    }

    @Override
    public Object where(int slot) {
        return primary().address();
    }

    @Override
    public Line line(HostAndPort server) {
        throw new IllegalStateException("a single server names no others");
    }

    @Override
    public boolean isCluster() {
        return false;
    }

    @Override
    public void changed(@Nullable Object server) {
        var known = current.get();
        if (known != null && known.isDone()) {
            current.compareAndSet(known, null);
        }
        var primary = last.get();
        if (primary != null && primary.address().equals(server)) {
            primary.pool().clear();
        }
    }

    @Override
    public void close() {
        closed = true;
        news.close();
        var primary = last.getAndSet(null);
        if (primary != null) {
            primary.pool().close();
        }
    }

    private Primary primary() {
        var mine = new CompletableFuture<Primary>();
        var asked = current.updateAndGet(known -> known == null ? mine : known);
        if (asked == mine) {
            try {
                mine.complete(pooled(ask()));
                news.start();
            } catch (RuntimeException | Error failed) { // whatever it is, others wait for it
                current.compareAndSet(mine, null);
                mine.completeExceptionally(failed);
                throw failed;
            }
        }
        return answer(asked);
    }

    private Primary answer(@Nullable CompletableFuture<Primary> asked) {
        if (asked == null) {
            throw new AssertionError("somebody asks");
        }
        try {
            return asked.get(size.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new JedisConnectionException("no sentinel answers", late);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof JedisException reason
                    ? reason
                    : new JedisConnectionException("no primary", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new JedisConnectionException("interrupted", interrupted);
        }
    }

    /** The pool for {@code address}, which is the one there was if nothing has changed. */
    private Primary pooled(HostAndPort address) {
        var before = last.get();
        if (before != null && before.address().equals(address)) {
            return before;
        }
        var primary = new Primary(address, new Pool(() -> new Connection(address, config), size));
        last.set(primary);
        if (before != null) {
            before.pool().close();
        }
        if (closed) {
            primary.pool().close();
            throw new IllegalStateException("closed");
        }
        return primary;
    }

    private Connection sentinel() {
        return new Connection(sentinels.get(Math.floorMod(listened.getAndIncrement(), sentinels.size())), asking);
    }

    private void leave(SwitchMaster switched) {
        var primary = last.get();
        if (primary != null
                && switched.isOld(primary.address().getHost(), primary.address().getPort())) {
            changed(primary.address());
        }
    }

    private HostAndPort ask() {
        var failures = new JedisConnectionException("no sentinel answers");
        for (var sentinel : sentinels) {
            try (var connection = new Connection(sentinel, asking)) {
                connection.sendCommand(Commands.of("SENTINEL", "GET-MASTER-ADDR-BY-NAME", master));
                if (connection.getOne() instanceof List<?> address) {
                    return new HostAndPort(text(address.get(0)), Integer.parseInt(text(address.get(1))));
                }
                failures.addSuppressed(new UnknownMaster(master));
            } catch (JedisException unreachable) {
                failures.addSuppressed(unreachable);
            }
        }
        throw failures;
    }

    private static String text(@Nullable Object bytes) {
        return bytes instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : String.valueOf(bytes);
    }

    /** A sentinel watches no server of that name. */
    static final class UnknownMaster extends JedisException {
        private static final long serialVersionUID = 1;

        UnknownMaster(String master) {
            super("the sentinels know no master named \"" + master + '"');
        }
    }
}
