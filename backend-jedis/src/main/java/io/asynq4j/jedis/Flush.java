package io.asynq4j.jedis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Calls that were handed over together, until each has its reply: all that go to one server in one write, and all servers at
 * the same time. Used by one thread, except for {@link #cut}.
 *
 * <p>Calls that did not run are sent again: to a server that has lost a script, with its source; in a cluster to the server
 * that Redis names instead, or, while the keys of one call are on their way from one server to another, after a while.
 * Nothing else is sent twice.
 */
final class Flush {
    /** Scripts can be flushed and slots moved again in between, but somebody who does so all the time wants us to fail. */
    private static final int ROUNDS = 5;

    /** Long enough for a slot with few keys to arrive, and short for the other queues of the same flush. */
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    private static final long PAUSE_MILLIS = 20;

    private final List<Call> calls;
    private final Servers servers;
    private final KnownScripts scripts;
    private final int timeoutMillis;
    private final Timekeeper time;
    private final @Nullable Reply[] replies;
    private final @Nullable Object[] asked; // the server that each call was last sent to
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private volatile String cutBecause = "";
    private volatile @Nullable Exchange current; // the one that is written to or read from, if it is known
    private volatile CompletableFuture<Void> waiting = new CompletableFuture<>();
    private long waitedMillis;

    /** A call that is to be sent. */
    private record Turn(int call, @Nullable HostAndPort server, boolean asks) {}

    Flush(List<Call> calls, Servers servers, KnownScripts scripts, int timeoutMillis, Timekeeper time) {
        this.calls = calls;
        this.servers = servers;
        this.scripts = scripts;
        this.timeoutMillis = timeoutMillis;
        this.time = time;
        this.replies = new Reply[calls.size()];
        this.asked = new Object[calls.size()];
    }

    /** The replies, in the order of the calls. */
    List<Reply> run() {
        List<Turn> turns = new ArrayList<>(calls.size());
        for (int call = 0; call < calls.size(); call++) {
            turns.add(new Turn(call, null, false));
        }
        for (int round = 1; round <= ROUNDS && !turns.isEmpty(); round++) {
            round(turns);
            turns = again(turns);
            if (turns.stream().anyMatch(this::isEarly)) {
                if (!waits()) {
                    break;
                }
                round = 1;
            }
        }
        return Collections.unmodifiableList(Arrays.<Reply>asList(nonNull(replies)));
    }

    /**
     * Gives up on what has no reply yet. One server that is silent does not cost what others have answered: of those, what has
     * arrived is still read.
     */
    void cut(String because) {
        cutBecause = because;
        var silent = current;
        if (silent == null) {
            exchanges.forEach(exchange -> exchange.cut(because));
        } else {
            silent.cut(because);
        }
        waiting.complete(null);
    }

    private void round(List<Turn> turns) {
        var round = new Round();
        try {
            for (var turn : turns) {
                round.send(turn);
            }
            for (var exchange : round.byServer.values()) {
                turnTo(exchange).flush();
            }
            for (var exchange : round.byServer.values()) {
                if (!turnTo(exchange).receive((call, reply) -> replies[call] = reply)) {
                    servers.changed(exchange.server());
                }
            }
        } finally {
            current = null;
            round.byServer.values().forEach(Exchange::close);
            exchanges.clear();
        }
    }

    /** Who cuts cuts this one from now on, and whoever has done so before does not wait for it any more. */
    private Exchange turnTo(Exchange exchange) {
        current = exchange;
        if (!cutBecause.isEmpty()) {
            exchange.hurry(cutBecause);
        }
        return exchange;
    }

    /** What did not run, and where to send it now. */
    private List<Turn> again(List<Turn> sent) {
        var again = new ArrayList<Turn>(0);
        for (var turn : sent) {
            if (!(replies[turn.call()] instanceof Reply.Failed failed) || !failed.answered()) {
                continue;
            }
            var script = calls.get(turn.call()).script();
            if (script != null && failed.message().startsWith("NOSCRIPT ")) {
                scripts.forget(script);
                again.add(turn);
            } else if (servers.isCluster() && failed.cause() instanceof JedisRedirectionException elsewhere) {
                boolean asks = failed.message().startsWith("ASK ");
                again.add(new Turn(turn.call(), elsewhere.getTargetNode(), asks));
                if (!asks) {
                    servers.changed(null);
                }
            } else if (servers.isCluster() && isEarly(turn)) {
                again.add(new Turn(turn.call(), null, false));
            } else if (failed.message().contains("READONLY")) {
                servers.changed(asked[turn.call()]); // the primary has become a replica
            }
        }
        return again;
    }

    /** Whether the keys of the call are on their way from one server to another, some here and some there. */
    private boolean isEarly(Turn turn) {
        return replies[turn.call()] instanceof Reply.Failed failed
                && failed.message().startsWith("TRYAGAIN");
    }

    /** Waits as long as it has taken already, so that there are few rounds; answers whether there is to be one more. */
    private boolean waits() {
        long pause = Math.max(PAUSE_MILLIS, waitedMillis);
        if (waitedMillis + pause > Math.min(LONGEST_WAIT_MILLIS, timeoutMillis)) {
            return false;
        }
        waitedMillis += pause;
        var over = new CompletableFuture<Void>();
        waiting = over;
        if (!cutBecause.isEmpty()) {
            return false;
        }
        try {
            time.after(Duration.ofMillis(pause), () -> over.complete(null));
            time.await(over);
            return cutBecause.isEmpty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What goes out at the same time: one exchange with each server. */
    private final class Round {
        final Map<Object, Exchange> byServer = new LinkedHashMap<>();
        private final Map<Integer, Exchange> bySlot = new LinkedHashMap<>();

        void send(Turn turn) {
            var call = calls.get(turn.call());
            try {
                var exchange = exchange(call, turn.server());
                var script = call.script();
                boolean whole = script != null && scripts.isNew(exchange.server(), script);
                asked[turn.call()] = exchange.server();
                exchange.send(turn.call(), Commands.of(call, whole), turn.asks());
            } catch (JedisException | IllegalStateException away) {
                servers.changed(null);
                replies[turn.call()] = Replies.unanswered("not connected: " + Reason.of(away), away);
            }
        }

        private Exchange exchange(Call call, @Nullable HostAndPort server) {
            if (server != null) {
                return exchange(servers.line(server));
            }
            int slot = servers.isCluster() ? Commands.slot(call) : Servers.ANY;
            var known = bySlot.get(slot);
            if (known == null) {
                known = slot == Servers.ANY && !byServer.isEmpty()
                        ? byServer.values().iterator().next()
                        : found(slot);
                bySlot.put(slot, known);
            }
            return known;
        }

        private Exchange found(int slot) {
            var owner = servers.owner(slot);
            if (owner == null) {
                return exchange(servers.line(slot));
            }
            var known = byServer.get(owner);
            return known == null ? exchange(servers.line(owner)) : known;
        }

        private Exchange exchange(Servers.Line line) {
            var known = byServer.get(line.server());
            if (known != null) {
                line.close();
                return known;
            }
            var made = new Exchange(line, timeoutMillis);
            byServer.put(line.server(), made);
            exchanges.add(made);
            if (!cutBecause.isEmpty()) {
                made.cut(cutBecause);
            }
            return made;
        }
    }

    @SuppressWarnings("NullAway") // every call was sent or refused in the first round
    private static Reply[] nonNull(@Nullable Reply[] replies) {
        return replies;
    }
}
