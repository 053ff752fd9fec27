package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Change;
import io.asynq4j.spi.Change.Outcome;
import io.asynq4j.spi.Shelf;
import io.asynq4j.spi.Steps;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What people do to tasks, some hundred in one step at most. */
final class TaskChanges {
    private static final int MOST_IDS = 100;
    private static final int MOST_LOOKED_AT = 200_000; // entries of the pending list, a step
    private static final int MOST_TRIMMED = 500;
    private static final int ATTEMPTS = 5;
    private static final int ANOTHER_MESSAGE = -4;
    private static final byte[] NONE = {};

    private final Asking asking;
    private final TaskLook tasks;

    TaskChanges(Asking asking, TaskLook tasks) {
        this.asking = asking;
        this.tasks = tasks;
    }

    CompletionStage<List<Outcome>> change(String queue, List<String> ids, Change change, Instant now) {
        var outcomes = new ArrayList<Outcome>(ids.size());
        return asking.known(queue)
                .thenCompose(known -> Steps.taken(() -> {
                    int done = outcomes.size();
                    if (done == ids.size()) {
                        return CompletableFuture.completedFuture(false);
                    }
                    var some = ids.subList(done, Math.min(ids.size(), done + MOST_IDS));
                    var call = call(queue, word(change), NONE, NONE, some, now);
                    return asking.one(call).thenCompose(reply -> {
                        reply.items().forEach(code -> outcomes.add(outcome(code.integer())));
                        return change == Change.ARCHIVE
                                        && outcomes.subList(done, outcomes.size())
                                                .contains(Outcome.DONE)
                                ? trimmed(queue, some, now)
                                : CompletableFuture.completedFuture(true);
                    });
                }))
                .thenApply(over -> List.copyOf(outcomes));
    }

    CompletionStage<Integer> changeAll(Shelf shelf, Change change, int limit, Instant now) {
        change.checkFor(shelf);
        var left = new int[] {limit}; // one round after the other
        return asking.known(shelf.queue())
                .thenCompose(known -> Steps.taken(() -> {
                    int wanted = Math.min(left[0], MOST_IDS);
                    if (wanted == 0) {
                        return CompletableFuture.completedFuture(false);
                    }
                    return asking.one(allCall(shelf, change, wanted, now)).thenCompose(reply -> {
                        left[0] -= (int) reply.integer();
                        boolean more = reply.integer() == wanted;
                        return change == Change.ARCHIVE && reply.integer() > 0
                                ? trimmed(shelf.queue(), List.of(), now).thenApply(trimmed -> more)
                                : CompletableFuture.completedFuture(more);
                    });
                }))
                .thenApply(over -> limit - left[0]);
    }

    /** Reads the record, writes it with the payload, and begins again where somebody else has written to it meanwhile. */
    CompletionStage<Outcome> replacePayload(String queue, String id, Payload payload, boolean run, Instant now) {
        return replace(queue, id, payload, run, now, ATTEMPTS);
    }

    private CompletionStage<Outcome> replace(
            String queue, String id, Payload payload, boolean run, Instant now, int attempts) {
        return tasks.at(queue, id, Function.identity()).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Outcome.NOT_FOUND);
            }
            var task = found.get();
            var message = Wire.encode(task.decoded().withPayload(payload));
            var word = run ? word(Change.RUN) : "keep";
            return asking.one(call(queue, word, task.message().bytes(), message, List.of(id), now))
                    .thenCompose(reply -> {
                        long code = reply.items().get(0).integer();
                        if (code != ANOTHER_MESSAGE) {
                            return CompletableFuture.completedFuture(outcome(code));
                        }
                        return attempts > 1
                                ? replace(queue, id, payload, run, now, attempts - 1)
                                : CompletableFuture.failedFuture(new BrokerUnavailableException(
                                        "others write to task \"" + id + "\" all the time", null));
                    });
        });
    }

    private static Call call(
            String queue, String change, byte[] expected, byte[] message, List<String> ids, Instant now) {
        var call = Call.of(Scripts.CHANGE)
                .key(Keys.pending(queue))
                .key(Keys.archived(queue))
                .key(Keys.groups(queue))
                .arg(change)
                .arg(Keys.prefix(queue))
                .arg(Nanos.unix(now))
                .arg(now.getEpochSecond())
                .arg(MOST_LOOKED_AT)
                .arg(expected)
                .arg(message);
        ids.forEach(call::arg);
        return call.build();
    }

    private static Call allCall(Shelf shelf, Change change, int limit, Instant now) {
        return Call.of(Scripts.CHANGE_ALL)
                .key(TaskLists.key(shelf))
                .key(Keys.pending(shelf.queue()))
                .key(Keys.archived(shelf.queue()))
                .key(Keys.groups(shelf.queue()))
                .arg(word(change))
                .arg(Keys.taskPrefix(shelf.queue()))
                .arg(shelf.state().word())
                .arg(shelf.group())
                .arg(Nanos.unix(now))
                .arg(now.getEpochSecond())
                .arg(limit)
                .build();
    }

    /** Answers true when the archive is within its limits. */
    private CompletionStage<Boolean> trimmed(String queue, List<String> spared, Instant now) {
        var trim = RedisUpkeep.trim(queue, ArchiveLimits.DEFAULT, now, MOST_TRIMMED, spared);
        return Steps.taken(() -> asking.one(trim).thenApply(deleted -> deleted.integer() == MOST_TRIMMED))
                .thenApply(over -> true);
    }

    private static String word(Change change) {
        return change.name().toLowerCase(Locale.ROOT);
    }

    private static Outcome outcome(long code) {
        return switch ((int) code) {
            case 1 -> Outcome.DONE;
            case 0 -> Outcome.NOT_FOUND;
            case -1 -> Outcome.ACTIVE;
            case -2 -> Outcome.THERE_ALREADY;
            case -3 -> Outcome.WRONG_STATE;
            default -> throw new BrokerUnavailableException("Redis gave an unknown outcome", null);
        };
    }
}
