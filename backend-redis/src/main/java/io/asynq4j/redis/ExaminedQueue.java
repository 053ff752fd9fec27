package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Ailment;
import io.asynq4j.spi.Examination;
import io.asynq4j.spi.Finding;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.Shelf;
import io.asynq4j.spi.Steps;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One queue under examination, in rounds of which one follows the other. Holds the id of every task that was seen in a place, since
 * asking for the place of each record is too dear.
 */
final class ExaminedQueue {
    static final int CHUNK = 500;

    private final Asking asking;
    private final String queue;
    private final LongConsumer looked;
    private final Instant now;

    private final Set<Finding> findings = new LinkedHashSet<>();
    private final Set<String> placed = new HashSet<>();
    private final Deque<ExaminedPlace> places = new ArrayDeque<>();
    private long passed;
    private long count;
    private String cursor = "0";

    ExaminedQueue(Asking asking, String queue, LongConsumer looked, Instant now) {
        this.asking = asking;
        this.queue = queue;
        this.looked = looked;
        this.now = now;
    }

    List<Finding> findings() {
        return findings.stream().limit(Examination.MOST).toList();
    }

    /** Looks at every id in every place. */
    CompletionStage<Void> places() {
        for (var state : TaskState.values()) {
            if (state != TaskState.AGGREGATING) {
                places.add(new ExaminedPlace(Shelf.of(queue, state)));
            }
        }
        var known = new QueueLook(asking).groups(queue).exceptionally(foreign -> List.of()); // its key is told of later
        return known.thenCompose(groups -> {
            groups.stream()
                    .map(GroupInfo::group)
                    .filter(group -> !group.isEmpty())
                    .forEach(group -> places.add(new ExaminedPlace(Shelf.group(queue, group))));
            return Steps.taken(this::nextIds);
        });
    }

    private CompletionStage<Boolean> nextIds() {
        var place = places.peek();
        if (place == null) {
            return CompletableFuture.completedFuture(false);
        }
        return asking.one(place.look(passed, CHUNK)).thenApply(reply -> {
            int ids =
                    reply instanceof Reply.Many many ? ids(place, many.values()) : 0; // or a foreign key, found as such
            passed += ids;
            look(ids);
            if (ids < CHUNK) {
                places.remove();
                passed = 0;
            }
            return true;
        });
    }

    private int ids(ExaminedPlace place, List<Reply> told) {
        for (int i = 0; i < told.size(); i += 2) {
            var id = told.get(i).text();
            var wrong = told.get(i + 1).text();
            if (wrong.isEmpty()) {
                placed.add(id);
            } else {
                find(Ailment.valueOf(wrong.toUpperCase(Locale.ROOT)), id, place.name());
            }
        }
        return told.size() / 2;
    }

    /** Looks at every key. */
    CompletionStage<Void> keys() {
        return Steps.taken(this::nextKeys);
    }

    private CompletionStage<Boolean> nextKeys() {
        var scan = Call.of(Scripts.EXAMINE_KEYS)
                .key(Keys.never(Keys.pending(queue)))
                .arg(cursor)
                .arg(Keys.pattern(queue))
                .arg(CHUNK)
                .build();
        return asking.one(scan).thenCompose(reply -> {
            var told = reply.items();
            cursor = told.get(0).text();
            var questions = new ArrayList<Question>();
            for (int i = 1; i < told.size(); i += 2) {
                ask(told.get(i).text(), told.get(i + 1).text(), questions);
            }
            look(told.size() / 2);
            return asking.all(questions.stream().map(Question::call).toList()).thenApply(answers -> {
                for (int i = 0; i < answers.size(); i++) {
                    if (RedisExamination.isSo(answers.get(i))) {
                        findings.add(questions.get(i).finding());
                    }
                }
                return !cursor.equals("0") && findings.size() < Examination.MOST;
            });
        });
    }

    /** A call that answers 1 if there is something to be found. */
    private record Question(Call call, Finding finding) {}

    private void ask(String key, String type, List<Question> questions) {
        var name = key.substring(Keys.prefix(queue).length());
        var expected = typeOf(name);
        if (expected != null && !expected.equals(type)) {
            find(Ailment.FOREIGN_KEY, key, "a " + type + ", not a " + expected);
        } else if (name.startsWith("t:")) {
            var id = name.substring(2);
            if (!placed.contains(id)) {
                questions.add(new Question(
                        RedisExamination.record(queue, id, now, false),
                        new Finding(queue, Ailment.LOST_TASK, id, "its record")));
            }
        } else if (name.startsWith("unique:")) {
            var subject = name.substring("unique:".length());
            questions.add(new Question(
                    RedisExamination.lock(queue, subject, false),
                    new Finding(queue, Ailment.LEAKED_LOCK, subject, "its lock")));
        } else if (name.startsWith("g:")) {
            var subject = name.substring(2);
            questions.add(new Question(
                    RedisExamination.group(queue, subject, false),
                    new Finding(queue, Ailment.LOST_GROUP, subject, "its members")));
        }
    }

    /** The type of a key of ours or asynq's; null where others are free to choose. */
    private static @Nullable String typeOf(String name) {
        if (name.startsWith("t:")) {
            return "hash";
        }
        if (name.startsWith("g:")) {
            return "zset";
        }
        if (name.startsWith("unique:")) {
            return "string";
        }
        return switch (name) {
            case "pending", "active" -> "list";
            case "lease", "scheduled", "retry", "archived", "completed", "aggregation_sets", "aggregated" -> "zset";
            case "groups" -> "set";
            case "paused", "processed", "failed" -> "string";
            default -> null;
        };
    }

    private void find(Ailment ailment, String subject, String place) {
        findings.add(new Finding(queue, ailment, subject, place));
    }

    private void look(int things) {
        count += things;
        looked.accept(count);
    }
}
