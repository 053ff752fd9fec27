package io.asynq4j.spi;

import io.asynq4j.task.Payload;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server of either language, as it last announced itself.
 *
 * @param running what it worked on then
 */
public record ServerStatus(ServerInfo server, List<Running> running) {
    /** Copies the list. */
    public ServerStatus {
        running = List.copyOf(running);
    }

    /**
     * An attempt under way.
     *
     * @param deadline when it is to end at the latest; null for none
     */
    public record Running(
            String taskId,
            String queue,
            String type,
            Payload payload,
            Instant startedAt,
            @Nullable Instant deadline) {}
}
