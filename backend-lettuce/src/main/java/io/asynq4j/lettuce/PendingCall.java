package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A call as a command of Lettuce, which puts its reply into its flush. */
final class PendingCall extends Command<byte[], byte[], Reply> {
    private final Flush flush;
    private final int index;

    /**
     * @param whole whether a script goes with its source, so that Redis knows it from then on
     * @param flush gets the reply
     * @param index of the call in the flush
     */
    PendingCall(Call call, boolean whole, Flush flush, int index) {
        super(new Keyword(whole ? "EVAL" : call.command()), new ReplyOutput(), args(call, whole));
        this.flush = flush;
        this.index = index;
    }

    @Override
    public void complete() {
        super.complete();
        flush.reply(index, getOutput().get());
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        boolean first = super.completeExceptionally(failure);
        flush.giveUp(index, unanswered(failure.getMessage(), failure));
        return first;
    }

    @Override
    public void cancel() {
        super.cancel();
        flush.giveUp(index, unanswered("given up", null));
    }

    static Reply.Failed unanswered(@Nullable String message, @Nullable Throwable cause) {
        return new Reply.Failed(message == null ? String.valueOf(cause) : message, false, cause);
    }

    private static CommandArgs<byte[], byte[]> args(Call call, boolean whole) {
        var args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        var script = call.script();
        if (script != null) {
            args.add(bytes(whole ? script.source() : script.sha1()));
            args.add(call.keys().size());
        }
        call.keys().forEach(key -> args.add(bytes(key)));
        call.args().forEach(args::add);
        return args;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Any command there is, not only those that Lettuce has heard of. */
    private record Keyword(String text) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return bytes(text);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
