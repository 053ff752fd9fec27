package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Demand.Share;
import io.asynq4j.spi.Fetching;
import io.asynq4j.spi.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out pending tasks of several queues where no call may touch two of them, since they can be on different servers.
 *
 * <p>Every queue is asked for its share, all at the same time, and for how much more it has; what is then missing is asked for
 * in one further round. A queue that others empty in between leaves some of that unfetched until the next time.
 *
 * <p>A server that does not answer costs what its queues would have given, and does not keep the others from giving. What a
 * fetch may have moved there is looked for once, and otherwise comes back when the leases have lapsed.
 */
final class ClusterFetching implements Fetching {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;
    private final FetchReader reader;
    private final Trouble trouble = new Trouble(log);

    ClusterFetching(Redis redis, FetchReader reader) {
        this.redis = redis;
        this.reader = reader;
    }

    @Override
    public List<Lease> fetch(Demand demand) {
        var taken = new Taken(demand);
        var more = first(taken);
        int missing = demand.wanted() - taken.leases.size();
        var rest = new ArrayList<Share>();
        for (var share : more) {
            int tasks = Math.min(missing, share.tasks());
            if (tasks > 0) {
                rest.add(new Share(share.queue(), tasks));
                missing -= tasks;
            }
        }
        if (!rest.isEmpty()) {
            var replies = redis.run(rest.stream()
                    .map(share -> FetchCalls.fetch(demand, List.of(share)))
                    .toList());
            for (int i = 0; i < rest.size(); i++) {
                taken.read(rest.get(i), replies.get(i));
            }
        }
        lookFor(taken);
        trouble.report("tasks cannot be fetched", taken.troubles, demand.now());
        return taken.leases;
    }

    @Override
    public List<Lease> fetched(Demand demand) {
        var found = new Taken(demand);
        found.unanswered.addAll(demand.shares());
        var replies = lookFor(found);
        throwIfNone(replies);
        return found.leases;
    }

    /** Asks every queue for its share; answers what those that gave it all have left. */
    private List<Share> first(Taken taken) {
        var shares = taken.demand.shares();
        var calls = new ArrayList<Call>(3 * shares.size());
        for (var share : shares) {
            calls.add(FetchCalls.fetch(taken.demand, List.of(share)));
            calls.add(Call.of("LLEN").key(Keys.pending(share.queue())).build());
            calls.add(Call.of("EXISTS").key(Keys.paused(share.queue())).build());
        }
        var replies = redis.run(calls);
        throwIfNone(replies);
        var more = new ArrayList<Share>();
        for (int i = 0; i < shares.size(); i++) {
            int gave = taken.read(shares.get(i), replies.get(3 * i));
            boolean empty = gave < shares.get(i).tasks();
            if (!empty
                    && replies.get(3 * i + 1) instanceof Reply.Int left
                    && replies.get(3 * i + 2) instanceof Reply.Int paused
                    && paused.value() == 0) {
                more.add(new Share(shares.get(i).queue(), (int) Math.min(Integer.MAX_VALUE, left.value())));
            }
        }
        return more;
    }

    /** Reads what calls without an answer have moved. */
    private List<Reply> lookFor(Taken taken) {
        if (taken.unanswered.isEmpty()) {
            return List.of();
        }
        var shares = List.copyOf(taken.unanswered);
        var replies = redis.run(shares.stream()
                .map(share -> FetchCalls.fetched(taken.demand, List.of(share)))
                .toList());
        for (int i = 0; i < shares.size(); i++) {
            var queue = shares.get(i).queue();
            if (replies.get(i) instanceof Reply.Many queues) {
                var found = new ArrayList<Lease>();
                reader.read(queue, queues.values().get(0).items(), 0, taken.demand, found);
                taken.addNew(queue, found);
            }
        }
        return replies;
    }

    /** Somebody must have answered, or the caller is told that nobody has. */
    private static void throwIfNone(List<Reply> replies) {
        Reply.@Nullable Failed first = null;
        for (var reply : replies) {
            if (!(reply instanceof Reply.Failed failed)) {
                return;
            }
            first = first == null || !failed.answered() ? failed : first;
        }
        if (first != null) {
            throw Redis.unavailable(first);
        }
    }

    /** What a fetch has got so far. */
    private final class Taken {
        final Demand demand;
        final List<Lease> leases = new ArrayList<>();
        final List<Share> unanswered = new ArrayList<>();
        final TreeSet<String> troubles = new TreeSet<>();

        Taken(Demand demand) {
            this.demand = demand;
        }

        /** Those of a queue that are not taken yet: what is looked for is all that has the name of this fetch. */
        void addNew(String queue, List<Lease> found) {
            var known = leases.stream()
                    .filter(lease -> lease.message().queue().equals(queue))
                    .map(Lease::id)
                    .collect(Collectors.toSet());
            found.stream().filter(lease -> !known.contains(lease.id())).forEach(leases::add);
        }

        /** Reads the answer to one call, and answers how many tasks were in it. */
        int read(Share share, Reply reply) {
            int before = leases.size();
            if (reply instanceof Reply.Failed failed) {
                if (!failed.answered()) {
                    unanswered.add(share);
                }
                troubles.add("queue " + share.queue() + ": " + RedisError.explained(failed.message()));
            } else {
                reply.items().forEach(take -> reader.read(share.queue(), take.items(), demand, leases, troubles));
            }
            return leases.size() - before;
        }
    }
}
