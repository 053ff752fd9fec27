package io.asynq4j.testing;

import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.spi.WorkerInfo;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What servers have announced. Not safe for use by many threads. */
final class ServerBoard {
    private final Map<String, Notice> notices = new LinkedHashMap<>();

    private record Notice(ServerInfo server, List<WorkerInfo> workers, Instant until) {}

    void put(ServerInfo server, List<WorkerInfo> workers, Instant until) {
        notices.put(server.serverId(), new Notice(server, List.copyOf(workers), until));
    }

    void remove(ServerInfo server) {
        notices.remove(server.serverId());
    }

    List<ServerInfo> servers(Instant now) {
        return notices.values().stream()
                .filter(notice -> now.isBefore(notice.until()))
                .map(Notice::server)
                .toList();
    }

    /** Servers with what they work on, by their start. */
    List<ServerStatus> statuses(Instant now) {
        return notices.values().stream()
                .filter(notice -> now.isBefore(notice.until()))
                .sorted(Comparator.comparing(notice -> notice.server().startedAt()))
                .map(notice -> new ServerStatus(
                        notice.server(),
                        notice.workers().stream().map(ServerBoard::running).toList()))
                .toList();
    }

    private static ServerStatus.Running running(WorkerInfo worker) {
        var message = worker.lease().message();
        return new ServerStatus.Running(
                message.id(),
                message.queue(),
                message.type(),
                message.payload(),
                worker.startedAt(),
                worker.deadline());
    }

    List<WorkerInfo> workers(Instant now) {
        return notices.values().stream()
                .filter(notice -> now.isBefore(notice.until()))
                .flatMap(notice -> notice.workers().stream())
                .toList();
    }
}
