package io.asynq4j.jedis;

import io.asynq4j.redis.port.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.KeyValue;

/**
 * Turns what Jedis has read into a {@link Reply}. What only RESP3 has comes out as RESP2 would say it: maps and sets as
 * arrays, truth as 0 or 1, fractions as text.
 */
final class Replies {
    private Replies() {}

    static Reply of(@Nullable Object read) {
        if (read == null) {
            return Reply.Nil.NIL;
        }
        if (read instanceof byte[] bytes) {
            return new Reply.Bytes(bytes);
        }
        if (read instanceof Long integer) {
            return new Reply.Int(integer);
        }
        if (read instanceof Boolean truth) {
            return new Reply.Int(truth ? 1 : 0);
        }
        if (read instanceof Collection<?> items) {
            return new Reply.Many(many(items));
        }
        if (read instanceof JedisDataException error) {
            return refused(error);
        }
        var text = read instanceof Double number ? text(number) : String.valueOf(read);
        return new Reply.Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static Reply.Failed refused(JedisDataException error) {
        return new Reply.Failed(String.valueOf(error.getMessage()), true, error);
    }

    static Reply.Failed unanswered(String why, @Nullable Throwable cause) {
        return new Reply.Failed(why, false, cause);
    }

    private static List<Reply> many(Collection<?> items) {
        var replies = new ArrayList<Reply>(items.size());
        for (var item : items) {
            if (item instanceof KeyValue<?, ?> entry) {
                replies.add(of(entry.getKey()));
                replies.add(of(entry.getValue()));
            } else {
                replies.add(of(item));
            }
        }
        return Collections.unmodifiableList(replies);
    }

    private static String text(double number) {
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e17;
        return whole ? Long.toString((long) number) : Double.toString(number);
    }
}
