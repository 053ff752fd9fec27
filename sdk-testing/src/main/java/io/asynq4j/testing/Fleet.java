package io.asynq4j.testing;

import io.asynq4j.server.TaskServer;
import io.asynq4j.server.TaskServerBuilder;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.task.Options;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The servers: one for the queues that there are, and one more for each queue that turns up later, unless the user has said
 * which queues there are. Used by the thread that moves time.
 */
final class Fleet {
    private final VirtualTime time;
    private final Timekeeper clock;
    private final InMemoryBroker memory;
    private final Broker broker;
    private final Handlers handlers;
    private final Consumer<TaskServerBuilder> settings;
    private final RandomGenerator random;

    private final List<Member> members = new ArrayList<>();
    private final Set<String> queues = new TreeSet<>();
    private boolean told; // which queues, by the user
    private boolean aggregates;
    private boolean closed;
    private int seen; // how many queues there were at the last look

    private record Member(TaskServer server, Ground ground) {}

    /**
     * @param clock what servers take for the time
     * @param broker the way to {@code memory}
     */
    Fleet(
            VirtualTime time,
            Timekeeper clock,
            InMemoryBroker memory,
            Broker broker,
            Handlers handlers,
            Consumer<TaskServerBuilder> settings,
            RandomGenerator random) {
        this.time = time;
        this.clock = clock;
        this.memory = memory;
        this.broker = broker;
        this.handlers = handlers;
        this.settings = settings;
        this.random = random;
    }

    /** Sees to it that there are servers, once there is a handler. */
    void ready() {
        if (closed || !handlers.isSet()) {
            return;
        }
        if (members.isEmpty()) {
            queues.add(Options.DEFAULT_QUEUE);
            queues.addAll(memory.queues());
            start(queues);
        } else if (!told && seen != memory.queueCount()) {
            seen = memory.queueCount();
            var more = new TreeSet<>(memory.queues());
            more.removeAll(queues);
            if (!more.isEmpty()) {
                queues.addAll(more);
                start(more);
            }
        }
    }

    boolean isRunning() {
        return !members.isEmpty();
    }

    /** The queues that are worked off. */
    Set<String> queues() {
        return queues;
    }

    /** Whether the servers make tasks out of groups. */
    boolean aggregates() {
        return aggregates;
    }

    /** How many timers the servers have set. */
    int timers() {
        return members.stream().mapToInt(member -> member.ground.timers()).sum();
    }

    /** Nothing of the servers goes on from here. Others take their place when time moves. */
    void kill() {
        members.forEach(member -> member.ground.pullAway());
        members.clear();
    }

    void close() {
        closed = true;
        for (var member : members) {
            member.server.close();
            member.ground.pullAway(); // a handler that never ends leaves its deadline behind
        }
        members.clear();
    }

    private void start(Set<String> of) {
        var weights = new LinkedHashMap<String, Integer>();
        of.forEach(queue -> weights.put(queue, 1));
        var ground = new Ground(time, clock);
        var builder = TaskServer.builder(listening(weights))
                .concurrency(10)
                .queues(weights)
                .checkInterval(Duration.ofSeconds(30)) // the broker tells when there is something
                .time(ground)
                .loopExecutor(ground.executor())
                .handlerExecutor(ground.executor())
                .random(random);
        settings.accept(builder);
        var server = builder.build();
        members.add(new Member(server, ground));
        server.start(handlers.on(ground));
    }

    /**
     * The broker; what a server says of itself shows whether the user's settings have named other queues than ours, and what it
     * asks for whether they have an aggregator.
     */
    private Broker listening(Map<String, Integer> ours) {
        return BrokerProxy.of(broker, (method, args, next) -> {
            if (method.getName().equals("announce") && args[0] instanceof ServerInfo server) {
                hear(server, ours);
            }
            aggregates |= method.getName().equals("dueGroups");
            return next.make();
        });
    }

    private void hear(ServerInfo server, Map<String, Integer> ours) {
        if (!server.queues().equals(ours)) {
            told = true;
            queues.clear();
            queues.addAll(server.queues().keySet());
        }
    }
}
