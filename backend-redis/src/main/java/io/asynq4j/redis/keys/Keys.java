package io.asynq4j.redis.keys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The names of keys. All keys of a queue share the hash tag that is its name. Pure functions. */
public final class Keys {
    /** The set of all queues. */
    public static final String QUEUES = "asynq:queues";

    /** The zset of servers' keys by expiry. */
    public static final String SERVERS = "asynq:servers";

    /** The zset of workers' keys by expiry. */
    public static final String WORKERS = "asynq:workers";

    /** The zset of schedulers' keys by expiry. */
    public static final String SCHEDULERS = "asynq:schedulers";

    /** The hash of periodic tasks that schedulers are to take up, by their ids. Ours. */
    public static final String PERIODIC_TASKS = "asynq:periodic_tasks";

    /** The channel of asynq on which ids of tasks come that are to be cancelled. */
    public static final String CANCEL = "asynq:cancel";

    /** The channel of ours that tells the same with the queue. */
    public static final String CANCEL_TASK = "asynq:cancel:task";

    private Keys() {}

    /** What every key of {@code queue} begins with. */
    public static String prefix(String queue) {
        return "asynq:{" + queue + "}:";
    }

    /** The hash of a task. */
    public static String task(String queue, String id) {
        return taskPrefix(queue) + id;
    }

    /** What every task hash's key of {@code queue} begins with. */
    public static String taskPrefix(String queue) {
        return prefix(queue) + "t:";
    }

    public static String pending(String queue) {
        return prefix(queue) + "pending";
    }

    public static String active(String queue) {
        return prefix(queue) + "active";
    }

    public static String lease(String queue) {
        return prefix(queue) + "lease";
    }

    public static String scheduled(String queue) {
        return prefix(queue) + "scheduled";
    }

    public static String retry(String queue) {
        return prefix(queue) + "retry";
    }

    /** Whether {@code key} is that of the scheduled or the retry tasks of some queue. */
    public static boolean isOfWaiting(String key) {
        return key.endsWith("}:scheduled") || key.endsWith("}:retry");
    }

    public static String archived(String queue) {
        return prefix(queue) + "archived";
    }

    public static String completed(String queue) {
        return prefix(queue) + "completed";
    }

    public static String paused(String queue) {
        return prefix(queue) + "paused";
    }

    public static String processed(String queue) {
        return prefix(queue) + "processed";
    }

    public static String failed(String queue) {
        return prefix(queue) + "failed";
    }

    /** The counter of the UTC day that {@code at} is in. */
    public static String processed(String queue, Instant at) {
        return processed(queue, day(at));
    }

    /** The counter of the UTC day that {@code at} is in. */
    public static String failed(String queue, Instant at) {
        return failed(queue, day(at));
    }

    public static String groups(String queue) {
        return prefix(queue) + "groups";
    }

    public static String group(String queue, String group) {
        return groupPrefix(queue) + group;
    }

    /** The zset of members of a group that are being aggregated. */
    public static String aggregationSet(String queue, String group, String setId) {
        return group(queue, group) + ":" + setId;
    }

    /** The zset of such sets by their deadline. */
    public static String aggregationSets(String queue) {
        return prefix(queue) + "aggregation_sets";
    }

    /** The zset of sets that have become a task, and whose members are left to be deleted. */
    public static String aggregated(String queue) {
        return prefix(queue) + "aggregated";
    }

    /** One of those sets. */
    public static String aggregated(String queue, String setId) {
        return aggregated(queue) + ":" + setId;
    }

    /** What every group's key of {@code queue} begins with. */
    public static String groupPrefix(String queue) {
        return prefix(queue) + "g:";
    }

    /**
     * The lock of a unique task: queue, type, and the MD5 of the payload in lower-case hex; nothing for a task without one.
     *
     * @param payload not changed
     */
    public static String unique(String queue, String type, byte @Nullable [] payload) {
        return prefix(queue) + "unique:" + type + ":" + (payload == null ? "" : md5(payload));
    }

    /** What the name of every unique lock's key of {@code queue} begins with. */
    public static String uniquePrefix(String queue) {
        return prefix(queue) + "unique:";
    }

    /** A pattern of Redis for all keys of {@code queue}, and no others. */
    public static String pattern(String queue) {
        return prefix(queue).replaceAll("[\\\\*?\\[\\]^-]", "\\\\$0") + "*";
    }

    public static String server(String host, int pid, String serverId) {
        return SERVERS + ":{" + host + ":" + pid + ":" + serverId + "}";
    }

    public static String workers(String host, int pid, String serverId) {
        return WORKERS + ":{" + host + ":" + pid + ":" + serverId + "}";
    }

    /** The list of a scheduler's entries. */
    public static String scheduler(String host, int pid, String schedulerId) {
        return SCHEDULERS + ":{" + host + ":" + pid + ":" + schedulerId + "}";
    }

    /** The zset of what a scheduler's entry did. */
    public static String schedulerHistory(String entryId) {
        return "asynq:scheduler_history:" + entryId;
    }

    /** The hash of how far a periodic entry has got. Ours. */
    public static String periodic(String queue, String entryId) {
        return prefix(queue) + "periodic:" + entryId;
    }

    /** The zset of the keys of such hashes by when they end. Ours. */
    public static String periodic(String queue) {
        return prefix(queue) + "periodic";
    }

    /** Which scheduler leads. Ours. */
    public static String schedulerLeader(String scope) {
        return "asynq:scheduler_leader:" + scope;
    }

    /** The holders of a semaphore's permits; of no queue. */
    public static String semaphore(String scope) {
        return "asynq:sema:" + scope;
    }

    /** The counter of a UTC day. */
    public static String processed(String queue, LocalDate day) {
        return processed(queue) + ":" + day;
    }

    /** The counter of a UTC day. */
    public static String failed(String queue, LocalDate day) {
        return failed(queue) + ":" + day;
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    private static String md5(byte[] payload) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(payload));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every Java platform has MD5", never);
        }
    }

    /**
     * A key that is never there, in the slot of {@code key}; or {@code key} itself where no other one of its slot can be told, as
     * it is hashed whole and has a brace in it that would end a tag.
     */
    public static String never(String key) {
        int open = key.indexOf('{');
        int close = key.indexOf('}', open + 1);
        if (open >= 0 && close > open + 1) {
            return key.substring(0, close + 1) + ":never";
        }
        return key.indexOf('}') >= 0 ? key : "asynq:{" + key + "}:never";
    }
}
