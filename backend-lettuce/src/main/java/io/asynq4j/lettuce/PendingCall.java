package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A call as a command of Lettuce, which puts its reply into its flush. */
final class PendingCall extends Command<byte[], byte[], Reply> {
    private final Words words;
    private final Flush flush;
    private final int index;

    /**
     * @param whole whether a script goes with its source, so that Redis knows it from then on
     * @param flush gets the reply
     * @param index of the call in the flush
     */
    PendingCall(Call call, boolean whole, Flush flush, int index) {
        super(new Keyword(whole ? "EVAL" : call.command()), new ReplyOutput());
        this.words = Words.of(call, whole);
        this.flush = flush;
        this.index = index;
    }

    @Override
    public void encode(ByteBuf buffer) {
        buffer.writeBytes(words.array(), 0, words.size());
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

    /** Any command there is, not only those that Lettuce has heard of. */
    private record Keyword(String text) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
