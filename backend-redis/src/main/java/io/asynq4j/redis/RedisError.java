package io.asynq4j.redis;

import io.asynq4j.redis.port.Reply;
import java.util.List;
import java.util.Map;

/** What an error text of Redis means for us, where it does not say. */
final class RedisError {
    private static final Map<String, String> MEANINGS = Map.of(
            "WRONGTYPE", "a key that asynq uses holds something else",
            "READONLY", "this Redis is a replica, and tasks need the primary",
            "OOM ", "Redis has reached its maxmemory",
            "MISCONF", "Redis cannot save its data to disk, and is set to take no writes then",
            "NOAUTH", "Redis wants a password, and the URI has none",
            "NOPERM", "the Redis user may not run this command, or not on these keys",
            "LOADING", "Redis has just started and still reads its data",
            "BUSY ", "a script of somebody else keeps Redis busy");

    private RedisError() {}

    /** The text, and what it means if we know that. */
    static String explained(String text) {
        return MEANINGS.entrySet().stream()
                .filter(meaning -> text.contains(meaning.getKey()))
                .findFirst()
                .map(meaning -> text + " (" + meaning.getValue() + ")")
                .orElse(text);
    }

    /** The text of {@code reply} where it says that a key is of a foreign type; otherwise nothing. */
    static List<String> foreignType(Reply reply) {
        return reply instanceof Reply.Failed failed
                        && failed.answered()
                        && failed.message().contains("WRONGTYPE")
                ? List.of(explained(failed.message()))
                : List.of();
    }
}
