package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisException;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Topology.Host;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The primaries of a cluster, with one connection to each.
 *
 * <p>Who has which slot is asked when a connection was lost or a server has named another one, in the background, of all that
 * can be reached at the same time; again and again while slots are served by nobody, or by somebody to whom there is no
 * connection. Meanwhile calls go by what was known before, and Redis corrects them.
 */
final class ClusterServers implements Servers {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final List<RedisURI> seeds;
    private final BiFunction<RedisURI, Runnable, Link<Session>> links;
    private final Sender sender;

    private final Map<Host, Link<Session>> byServer = new ConcurrentHashMap<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Slots slots = Slots.unknown();
    private volatile boolean closed;

    /**
     * @param seeds some of the servers, and how to log in to all of them
     * @param links makes a way to a server, which runs what it is given when its connection is lost
     */
    ClusterServers(List<RedisURI> seeds, BiFunction<RedisURI, Runnable, Link<Session>> links, Sender sender) {
        this.seeds = seeds;
        this.links = links;
        this.sender = sender;
    }

    @Override
    public CompletionStage<?> open() {
        var asked = new ArrayList<CompletionStage<Slots>>();
        for (var seed : seeds) {
            asked.add(ask(seed));
        }
        return First.of(asked).thenCompose(found -> {
            install(found);
            var lines = found.all().stream().map(server -> link(server).soon()).toList();
            return First.ended(lines).thenCompose(all -> First.of(lines));
        });
    }

    @Override
    public @Nullable Link<Session> to(Call call) {
        int slot = Slots.slot(call);
        if (slot < 0) {
            return any();
        }
        var server = slots.server(slot);
        if (server == null) {
            changed();
            return null;
        }
        return link(server);
    }

    @Override
    public Link<Session> named(String redirection) {
        var address = redirection.substring(redirection.lastIndexOf(' ') + 1);
        int colon = address.lastIndexOf(':');
        return link(new Host(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    }

    @Override
    public @Nullable RedisURI where(Call call) {
        int slot = Slots.slot(call);
        var server = slot < 0 ? null : slots.server(slot);
        if (server == null) {
            changed();
            return null;
        }
        return at(server);
    }

    @Override
    public RedisURI toListen() {
        var open = byServer.entrySet().stream()
                .filter(server -> server.getValue().line() != null)
                .map(Map.Entry::getKey)
                .toList();
        return open.isEmpty() ? random(seeds) : at(random(open));
    }

    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public void changed() {
        if (!closed && asking.compareAndSet(false, true)) {
            askAgain(FIRST_PAUSE);
        }
    }

    @Override
    public void close() {
        closed = true;
        byServer.values().forEach(Link::close);
    }

    private @Nullable Link<Session> any() {
        var all = List.copyOf(byServer.values());
        var open = all.stream().filter(link -> link.line() != null).toList();
        if (all.isEmpty()) {
            return null;
        }
        return open.isEmpty() ? random(all) : random(open);
    }

    private Link<Session> link(Host server) {
        var link = byServer.computeIfAbsent(server, made -> links.apply(at(server), this::changed));
        link.openEventually();
        if (closed) {
            link.close();
        }
        return link;
    }

    private void askAgain(Duration pause) {
        var asked = new ArrayList<CompletionStage<Slots>>();
        byServer.forEach((server, link) -> {
            var session = link.line();
            if (session != null) {
                asked.add(ask(server, link, session));
            }
        });
        if (asked.isEmpty()) {
            seeds.forEach(seed -> asked.add(ask(seed)));
        }
        First.of(asked).whenComplete((found, unknown) -> {
            if (found != null) {
                install(found);
            }
            if (closed || (found != null && isWell())) {
                asking.set(false);
            } else {
                var longer = pause.multipliedBy(2);
                var next = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
                sender.after(pause, () -> askAgain(next));
            }
        });
    }

    /** Over a connection for this one question, unless it turns out to lead to a primary. */
    private CompletionStage<Slots> ask(RedisURI seed) {
        var server = new Host(seed.getHost(), seed.getPort());
        var link = links.apply(seed, this::changed);
        return link.open().thenCompose(session -> ask(server, link, session)).whenComplete((found, failure) -> {
            boolean kept = !closed
                    && found != null
                    && found.all().contains(server)
                    && byServer.putIfAbsent(server, link) == null;
            if (!kept) {
                end(link);
            }
        });
    }

    private CompletionStage<Slots> ask(Host server, Link<Session> link, Session session) {
        return sender.send(List.of(Slots.QUESTION), link, session, false).thenApply(replies -> {
            if (replies.get(0) instanceof Reply.Failed refused) {
                throw new CompletionException(new RedisException(refused.message(), refused.cause()));
            }
            return Slots.of(replies.get(0), server);
        });
    }

    /** From now on calls go by {@code found}; servers that have no slots any more are left alone. */
    private void install(Slots found) {
        slots = found;
        found.all().forEach(this::link);
        byServer.forEach((server, link) -> {
            if (!found.all().contains(server) && byServer.remove(server, link)) {
                end(link);
            }
        });
    }

    private boolean isWell() {
        return slots.isWhole()
                && slots.all().stream().allMatch(server -> {
                    var link = byServer.get(server);
                    return link != null && link.line() != null;
                });
    }

    private RedisURI at(Host server) {
        return RedisURI.builder(seeds.get(0))
                .withHost(server.name())
                .withPort(server.port())
                .build();
    }

    private static void end(Link<Session> link) {
        var unused = link.close();
        if (unused != null) {
            unused.close();
        }
    }

    private static <T> T random(List<T> some) {
        return some.get(ThreadLocalRandom.current().nextInt(some.size()));
    }
}
