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

    /** A foreign type, or a user who may not: the command itself, or in scripts of Redis 6 and of later ones. */
    private static final List<String> OF_SOME_KEYS =
            List.of("WRONGTYPE", "NOPERM", "can't access at least one of the keys", "ACL failure in script");

    /** A command that is not known, or that a user may not run: by itself, or in scripts of Redis 6 and of later ones. */
    private static final List<String> OF_COMMANDS = List.of(
            "nknown command", "nknown Redis command", "NOPERM", "can't run this command", "ACL failure in script");

    private RedisError() {}

    /** The text, and what it means if we know that. */
    static String explained(String text) {
        return MEANINGS.entrySet().stream()
                .filter(meaning -> text.contains(meaning.getKey()))
                .findFirst()
                .map(meaning -> text + " (" + meaning.getValue() + ")")
                .orElse(text);
    }

    /** Whether an error text is about the keys of one queue, so that others may be well. */
    static boolean isOfOneQueue(String text) {
        return OF_SOME_KEYS.stream().anyMatch(text::contains);
    }

    /** Whether an error text says no more than that Redis will be there soon, which loops tell of as of any outage. */
    static boolean isOfStart(String text) {
        return text.startsWith("LOADING");
    }

    /** Whether an error text is about a command, whatever its keys: it has another name there, or this user may not run it. */
    static boolean isOfCommand(String text) {
        return OF_COMMANDS.stream().anyMatch(text::contains);
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
