package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.spi.Steps;
import io.asynq4j.spi.WorkerInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What servers and schedulers show of themselves. Those that are forgotten are passed over, and left for others to delete. */
final class Boards {
    private static final int A_STEP = 200;

    private final Asking asking;

    Boards(Asking asking) {
        this.asking = asking;
    }

    CompletionStage<List<ServerStatus>> servers(Instant now) {
        return live(Keys.SERVERS, now)
                .thenCompose(keys -> asking.all(keys.stream()
                        .map(key -> Call.of("GET").key(key).build())
                        .toList()))
                .thenApply(replies ->
                        replies.stream().filter(reply -> !reply.isNil()).toList())
                .thenCompose(replies -> withWorkers(readable(replies, Wire::decodeServer)));
    }

    CompletionStage<List<SchedulerEntry>> schedulerEntries(Instant now) {
        return live(Keys.SCHEDULERS, now)
                .thenCompose(keys -> asking.all(keys.stream()
                        .map(key -> Call.of("LRANGE").key(key).arg(0).arg(-1).build())
                        .toList()))
                .thenApply(lists -> lists.stream()
                        .flatMap(list -> readable(list.items(), Wire::decodeSchedulerEntry).stream())
                        .toList());
    }

    CompletionStage<List<SchedulerEvent>> schedulerEvents(String entryId, long offset, int limit) {
        long start = Math.min(offset, Long.MAX_VALUE - limit);
        var call = Call.of("ZREVRANGE")
                .key(Keys.schedulerHistory(entryId))
                .arg(start)
                .arg(start + limit - 1)
                .build();
        return asking.one(call).thenApply(events -> readable(events.items(), Wire::decodeSchedulerEvent));
    }

    private CompletionStage<List<ServerStatus>> withWorkers(List<ServerInfo> servers) {
        var sorted = servers.stream()
                .sorted(Comparator.comparing(ServerInfo::startedAt).thenComparing(ServerInfo::serverId))
                .toList();
        return asking.all(sorted.stream().map(Boards::workers).toList()).thenApply(replies -> {
            var statuses = new ArrayList<ServerStatus>();
            for (int i = 0; i < sorted.size(); i++) {
                var workers = readable(replies.get(i).items(), Wire::decodeWorker);
                var running = workers.stream().map(Boards::running).toList();
                statuses.add(new ServerStatus(sorted.get(i), running));
            }
            return List.copyOf(statuses);
        });
    }

    private static Call workers(ServerInfo server) {
        return Call.of("HVALS")
                .key(Keys.workers(server.host(), server.pid(), server.serverId()))
                .build();
    }

    private static ServerStatus.Running running(WorkerInfo worker) {
        var task = worker.lease().message();
        var deadline = worker.deadline().getEpochSecond() > 0 ? worker.deadline() : null; // of Go: year 1, for none
        return new ServerStatus.Running(
                task.id(), task.queue(), task.type(), task.payload(), worker.startedAt(), deadline);
    }

    /** The keys that a registry has of those that live. */
    private CompletionStage<List<String>> live(String registry, Instant now) {
        var keys = new ArrayList<String>();
        return Steps.taken(() -> asking.one(Call.of("ZRANGEBYSCORE")
                                .key(registry)
                                .arg(now.getEpochSecond())
                                .arg("+inf")
                                .arg("LIMIT")
                                .arg(keys.size())
                                .arg(A_STEP)
                                .build())
                        .thenApply(reply -> {
                            reply.items().forEach(key -> keys.add(key.text()));
                            return reply.items().size() == A_STEP;
                        }))
                .thenApply(over -> keys.stream().distinct().sorted().toList());
    }

    /** Those that can be read. */
    private static <T> List<T> readable(List<Reply> records, Function<byte[], T> decoder) {
        return records.stream()
                .flatMap(record -> Sighted.readable(() -> decoder.apply(record.bytes())))
                .toList();
    }
}
