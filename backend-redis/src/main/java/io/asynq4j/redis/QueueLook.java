package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.QueueDay;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.QueueInfo.Attempts;
import io.asynq4j.spi.Steps;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** Queues as a whole: how much is in them, and what became of their attempts. */
final class QueueLook {
    private static final List<TaskState> COUNTED = List.of(
            TaskState.PENDING,
            TaskState.ACTIVE,
            TaskState.SCHEDULED,
            TaskState.RETRY,
            TaskState.ARCHIVED,
            TaskState.COMPLETED);
    private static final int GROUPS_A_STEP = 500;
    private static final int SAMPLED_GROUPS = 5;
    private static final int SAMPLED_TASKS = 20;
    private static final String DONE = "0";

    private final Asking asking;

    QueueLook(Asking asking) {
        this.asking = asking;
    }

    CompletionStage<List<String>> queues() {
        var names = new TreeSet<String>();
        var cursor = new String[] {DONE}; // one round after the other
        return Steps.taken(() -> asking.one(Call.of("SSCAN")
                                .key(Keys.QUEUES)
                                .arg(cursor[0])
                                .arg("COUNT")
                                .arg(GROUPS_A_STEP)
                                .build())
                        .thenApply(reply -> {
                            cursor[0] = reply.items().get(0).text();
                            reply.items().get(1).items().forEach(name -> names.add(name.text()));
                            return !cursor[0].equals(DONE);
                        }))
                .thenApply(over -> List.copyOf(names));
    }

    CompletionStage<QueueInfo> queue(String queue, Instant now) {
        var look = Call.of(Scripts.LOOK_QUEUE)
                .key(Keys.pending(queue))
                .key(Keys.active(queue))
                .key(Keys.scheduled(queue))
                .key(Keys.retry(queue))
                .key(Keys.archived(queue))
                .key(Keys.completed(queue))
                .key(Keys.paused(queue))
                .key(Keys.processed(queue))
                .key(Keys.failed(queue))
                .key(Keys.processed(queue, now))
                .key(Keys.failed(queue, now))
                .arg(Keys.taskPrefix(queue));
        return asking.of(queue, look.build())
                .thenCompose(reply -> sizes(queue).thenApply(groups -> info(queue, reply.items(), groups, now)));
    }

    CompletionStage<List<GroupInfo>> groups(String queue) {
        return sizes(queue)
                .thenApply(sizes -> sizes.entrySet().stream()
                        .map(group -> new GroupInfo(group.getKey(), group.getValue()))
                        .toList());
    }

    CompletionStage<Long> memoryUsage(String queue) {
        return asking.known(queue).thenCompose(known -> sizes(queue)).thenCompose(groups -> {
            var weigh = Call.of(Scripts.WEIGH_QUEUE)
                    .key(Keys.active(queue))
                    .key(Keys.pending(queue))
                    .key(Keys.scheduled(queue))
                    .key(Keys.retry(queue))
                    .key(Keys.archived(queue))
                    .key(Keys.completed(queue));
            groups.keySet().stream().limit(SAMPLED_GROUPS).forEach(group -> weigh.key(Keys.group(queue, group)));
            weigh.arg(Keys.taskPrefix(queue)).arg(SAMPLED_TASKS).arg(sum(groups));
            return asking.one(weigh.build()).thenApply(Reply::integer);
        });
    }

    CompletionStage<List<QueueDay>> history(String queue, LocalDate today, int days) {
        var counters = Call.of("MGET");
        for (int back = 0; back < days; back++) {
            counters.key(Keys.processed(queue, today.minusDays(back)));
            counters.key(Keys.failed(queue, today.minusDays(back)));
        }
        return asking.of(queue, counters.build()).thenApply(reply -> {
            var counts = reply.items();
            var history = new ArrayList<QueueDay>(days);
            for (int back = 0; back < days; back++) {
                var attempts = new Attempts(number(counts.get(2 * back)), number(counts.get(2 * back + 1)));
                history.add(new QueueDay(queue, today.minusDays(back), attempts));
            }
            return List.copyOf(history);
        });
    }

    CompletionStage<Boolean> pause(String queue, boolean paused, Instant now) {
        if (!paused) {
            return asking.one(Call.of("DEL").key(Keys.paused(queue)).build()).thenApply(reply -> reply.integer() == 1);
        }
        var call = Call.of("SET")
                .key(Keys.paused(queue))
                .arg(now.getEpochSecond())
                .arg("NX")
                .build();
        return asking.one(call).thenApply(reply -> !reply.isNil());
    }

    /** How many members each group has, by their names. */
    private CompletionStage<Map<String, Long>> sizes(String queue) {
        var sizes = new TreeMap<String, Long>();
        var cursor = new String[] {DONE}; // one round after the other
        return Steps.taken(() -> asking.one(Call.of(Scripts.LOOK_GROUPS)
                                .key(Keys.groups(queue))
                                .arg(Keys.groupPrefix(queue))
                                .arg(cursor[0])
                                .arg(GROUPS_A_STEP)
                                .build())
                        .thenApply(reply -> {
                            var items = reply.items();
                            cursor[0] = items.get(0).text();
                            for (int i = 1; i < items.size(); i += 2) {
                                sizes.put(items.get(i).text(), items.get(i + 1).integer());
                            }
                            return !cursor[0].equals(DONE);
                        }))
                .thenApply(over -> sizes);
    }

    private static QueueInfo info(String queue, List<Reply> reply, Map<String, Long> groups, Instant now) {
        var tasks = new EnumMap<TaskState, Long>(TaskState.class);
        for (int i = 0; i < COUNTED.size(); i++) {
            tasks.put(COUNTED.get(i), reply.get(i).integer());
        }
        tasks.put(TaskState.AGGREGATING, sum(groups));
        var since = Nanos.instant(reply.get(11));
        var latency = since == null || since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
        return new QueueInfo(
                queue,
                tasks,
                groups.size(),
                latency,
                reply.get(6).integer() == 1,
                new Attempts(number(reply.get(9)), number(reply.get(10))),
                new Attempts(number(reply.get(7)), number(reply.get(8))),
                now);
    }

    private static long sum(Map<String, Long> sizes) {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** A counter, which anybody may have written to; 0 when it is none. */
    private static long number(Reply text) {
        try {
            return text.isNil() ? 0 : Long.parseLong(text.text());
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
