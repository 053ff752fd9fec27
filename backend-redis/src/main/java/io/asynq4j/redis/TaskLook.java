package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.wire.WireException;
import io.asynq4j.task.TaskState;
import io.asynq4j.task.TaskStateException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** One task, wherever it is. */
final class TaskLook {
    private final Asking asking;

    TaskLook(Asking asking) {
        this.asking = asking;
    }

    /** What is made of a task that is there. Fails with {@link TaskStateException} when that cannot be read. */
    <T> CompletionStage<Optional<T>> at(String queue, String id, Function<Sighted, T> reader) {
        return asking.of(queue, call(queue, id)).thenApply(reply -> {
            if (reply.isNil()) {
                return Optional.empty();
            }
            var sighted = sighted(queue, id, reply);
            try {
                return Optional.of(reader.apply(sighted));
            } catch (WireException unreadable) {
                throw new TaskStateException(queue, id, "has a record that cannot be read");
            }
        });
    }

    private static Call call(String queue, String id) {
        return Call.of(Scripts.LOOK_TASK)
                .key(Keys.task(queue, id))
                .key(Keys.lease(queue))
                .arg(Keys.prefix(queue))
                .arg(id)
                .build();
    }

    private static Sighted sighted(String queue, String id, Reply reply) {
        var items = reply.items();
        var word = items.get(0).text();
        var state = Arrays.stream(TaskState.values())
                .filter(known -> known.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new TaskStateException(queue, id, "is in a state that nobody knows"));
        return new Sighted(state, items.get(1), items.get(2), items.get(3), items.get(4), items.get(5));
    }
}
