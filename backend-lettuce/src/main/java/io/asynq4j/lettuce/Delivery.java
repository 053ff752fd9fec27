package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Calls that were handed over together, until each has its reply: all that go to one server in one flush, and all servers at
 * the same time.
 *
 * <p>Calls that did not run are sent again: to a server that has lost a script, with its source; in a cluster to the server
 * that Redis names instead, or, while the keys of one call are on their way from one server to another, after a while.
 * Nothing else is sent twice.
 */
final class Delivery {
    /** Scripts can be flushed and slots moved again in between, but somebody who does so all the time wants us to fail. */
    private static final int ROUNDS = 5;

    /** Long enough for a slot with few keys to arrive, and short for the other queues of the same flush. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final List<Call> calls;
    private final Servers servers;
    private final Sender sender;
    private final @Nullable Reply[] replies; // a slot is written by the one flush that has the call
    private Duration waited = Duration.ZERO; // between rounds, which come one after the other

    /** A call that is to be sent; {@code link} is where Redis wants it. */
    private record Turn(int call, @Nullable Link<Session> link, boolean asks) {}

    private record Way(Link<Session> link, boolean asks) {}

    Delivery(List<Call> calls, Servers servers, Sender sender) {
        this.calls = calls;
        this.servers = servers;
        this.sender = sender;
        this.replies = new Reply[calls.size()];
    }

    /** The replies, in the order of the calls. Does not fail. */
    CompletionStage<List<Reply>> run() {
        var turns = new ArrayList<Turn>(calls.size());
        for (int call = 0; call < calls.size(); call++) {
            turns.add(new Turn(call, null, false));
        }
        return round(turns, 1);
    }

    private CompletionStage<List<Reply>> round(List<Turn> turns, int round) {
        var ways = new LinkedHashMap<Way, List<Turn>>(2);
        for (var turn : turns) {
            var link = turn.link() == null ? servers.to(calls.get(turn.call())) : turn.link();
            if (link == null) {
                replies[turn.call()] = Sender.failed("not connected: no server is known to have the keys");
            } else {
                ways.computeIfAbsent(new Way(link, turn.asks()), none -> new ArrayList<>(turns.size()))
                        .add(turn);
            }
        }
        CompletionStage<?> answered = null;
        for (var way : ways.entrySet()) {
            var sent = send(way.getKey(), way.getValue());
            answered = answered == null ? sent : answered.thenCombine(sent, (some, more) -> some);
        }
        if (answered == null) {
            return CompletableFuture.completedFuture(all());
        }
        return answered.thenCompose(done -> next(turns, round));
    }

    private CompletionStage<List<Reply>> next(List<Turn> sent, int round) {
        var again = new ArrayList<Turn>(0);
        boolean early = false;
        for (var turn : sent) {
            if (!(replies[turn.call()] instanceof Reply.Failed failed) || !failed.answered()) {
                continue;
            }
            var next = again(turn, failed.message());
            if (next != null) {
                again.add(next);
                early |= failed.message().startsWith("TRYAGAIN");
            }
        }
        if (again.isEmpty() || (round >= ROUNDS && !early)) {
            return CompletableFuture.completedFuture(all());
        }
        return early ? later(again) : round(again, round + 1);
    }

    /** Waits as long as it has taken already, so that there are few rounds. */
    private CompletionStage<List<Reply>> later(List<Turn> turns) {
        var longest = LONGEST_WAIT.compareTo(sender.commandTimeout()) < 0 ? LONGEST_WAIT : sender.commandTimeout();
        var pause = waited.isZero() ? PAUSE : waited;
        var over = new CompletableFuture<Void>();
        if (waited.plus(pause).compareTo(longest) > 0 || !sender.after(pause, () -> over.complete(null))) {
            return CompletableFuture.completedFuture(all());
        }
        waited = waited.plus(pause);
        return over.thenCompose(now -> round(turns, 1));
    }

    /** How to send a call again that was refused before it ran; null when it was not. */
    private @Nullable Turn again(Turn turn, String refusal) {
        var script = calls.get(turn.call()).script();
        if (script != null && refusal.startsWith("NOSCRIPT ")) {
            return turn;
        }
        if (!servers.isCluster()) {
            return null;
        }
        if (refusal.startsWith("MOVED ")) {
            servers.changed();
            return new Turn(turn.call(), servers.named(refusal), false);
        }
        if (refusal.startsWith("ASK ")) {
            return new Turn(turn.call(), servers.named(refusal), true);
        }
        if (refusal.startsWith("CLUSTERDOWN")) {
            servers.changed();
        }
        return refusal.startsWith("TRYAGAIN") ? new Turn(turn.call(), null, false) : null;
    }

    private CompletionStage<?> send(Way way, List<Turn> turns) {
        var link = way.link();
        var session = link.line();
        if (session != null) {
            return send(way, session, turns);
        }
        return link.soon().thenCompose(made -> send(way, made, turns)).exceptionally(failed -> {
            turns.forEach(turn -> replies[turn.call()] = Sender.failed("not connected: " + link.away()));
            return null;
        });
    }

    private CompletionStage<@Nullable Void> send(Way way, Session session, List<Turn> turns) {
        var sent = turns.stream().map(turn -> calls.get(turn.call())).toList();
        return sender.send(sent, way.link(), session, way.asks()).thenApply(answers -> {
            for (int i = 0; i < turns.size(); i++) {
                int call = turns.get(i).call();
                replies[call] = answers.get(i);
                if (answers.get(i) instanceof Reply.Failed failed && failed.answered()) {
                    refused(way.link(), session, calls.get(call), failed.message());
                }
            }
            return null;
        });
    }

    private static void refused(Link<Session> link, Session session, Call call, String message) {
        var script = call.script();
        if (script != null && message.startsWith("NOSCRIPT ")) {
            session.forget(script);
        } else if (message.contains("READONLY") && session.isOld()) {
            // The primary has become a replica: whoever is asked now where the primary is may know another one.
            link.drop(session, "it leads to a replica");
        }
    }

    @SuppressWarnings("NullAway") // every call was sent or refused in the first round
    private List<Reply> all() {
        return Collections.unmodifiableList(Arrays.<Reply>asList(replies));
    }
}
