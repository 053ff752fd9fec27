package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Reply;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns whatever Redis answers into a {@link Reply}, arrays of arrays and errors inside arrays too. What only RESP3 has comes
 * out as RESP2 would say it: maps and sets as arrays, truth as 0 or 1, fractions as text.
 */
final class ReplyOutput extends CommandOutput<byte[], byte[], Reply> {
    /** Arrays that still grow, the innermost first. */
    private final Deque<List<Reply>> open = new ArrayDeque<>();

    ReplyOutput() {
        super(ByteArrayCodec.INSTANCE, Reply.Nil.NIL);
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        add(bytes == null ? Reply.Nil.NIL : new Reply.Bytes(copy(bytes)));
    }

    @Override
    public void set(long integer) {
        add(new Reply.Int(integer));
    }

    @Override
    public void set(boolean value) {
        set(value ? 1L : 0L);
    }

    @Override
    public void set(double number) {
        add(new Reply.Bytes(text(number).getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void setError(@Nullable ByteBuffer error) {
        add(new Reply.Failed(error == null ? "" : decodeString(error), true, null));
    }

    /** What Lettuce itself has to say comes with the failure of the command. */
    @Override
    public void setError(@Nullable String error) {}

    @Override
    public void multi(int count) {
        if (count < 0) {
            add(Reply.Nil.NIL);
        } else {
            open.push(new ArrayList<>(count));
        }
    }

    @Override
    public void complete(int depth) {
        while (open.size() > depth) {
            var items = open.pop();
            add(new Reply.Many(Collections.unmodifiableList(items)));
        }
    }

    private void add(Reply reply) {
        if (open.isEmpty()) {
            output = reply;
        } else {
            open.element().add(reply);
        }
    }

    private static byte[] copy(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static String text(double number) {
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e17;
        return whole ? Long.toString((long) number) : Double.toString(number);
    }
}
