package io.asynq4j.jedis;

import io.asynq4j.redis.port.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Calls that go over one connection together, and their replies. Used by one thread, except for {@link #cut}.
 *
 * <p>The connection goes back to its pool only when every reply has been read, so that no reply is ever taken for another
 * call's.
 */
final class Exchange implements AutoCloseable {
    private final Servers.Line line;
    private final int timeoutBefore;
    private final List<Integer> calls = new ArrayList<>();
    private final List<Boolean> asking = new ArrayList<>();
    private boolean complete;
    private volatile String cutBecause = "";

    Exchange(Servers.Line line, int timeoutMillis) {
        this.line = line;
        timeoutBefore = connection().getSoTimeout();
        try {
            if (timeoutBefore != timeoutMillis) {
                connection().setSoTimeout(timeoutMillis);
            }
        } catch (JedisException gone) {
            close();
            throw gone;
        }
    }

    Object server() {
        return line.server();
    }

    /**
     * Adds a call, which is sent with the others.
     *
     * @param call its number among all calls of the flush
     */
    void send(int call, CommandArguments words, boolean asks) {
        calls.add(call);
        asking.add(asks);
        if (connection().isBroken()) {
            return;
        }
        try {
            if (asks) {
                connection().sendCommand(Commands.ASKING);
            }
            connection().sendCommand(words);
        } catch (JedisException lost) {
            connection().setBroken();
        }
    }

    /** Writes what is still in the buffer, so that servers work at the same time. */
    void flush() {
        try {
            connection().getMany(0);
        } catch (JedisException lost) {
            connection().setBroken();
        }
    }

    /** Reads every reply, in the order of the calls; answers whether the connection is still good. */
    boolean receive(BiConsumer<Integer, Reply> replies) {
        Reply.Failed lost = null;
        for (int i = 0; i < calls.size(); i++) {
            if (lost == null) {
                try {
                    replies.accept(calls.get(i), read(asking.get(i)));
                    continue;
                } catch (JedisException | IllegalStateException failed) {
                    connection().setBroken();
                    var why = cutBecause.isEmpty() ? "connection lost: " + Reason.of(failed) : cutBecause;
                    lost = Replies.unanswered(why, failed);
                }
            }
            replies.accept(calls.get(i), lost);
        }
        complete = lost == null;
        return complete;
    }

    /** Waits no longer for what has not arrived yet. */
    void hurry(String because) {
        cutBecause = because;
        try {
            connection().setSoTimeout(1);
        } catch (JedisException gone) {
            connection().setBroken();
        }
    }

    /** Ends the connection, so that whoever waits for it goes on. */
    void cut(String because) {
        cutBecause = because;
        connection().setBroken();
        try {
            connection().forceDisconnect();
        } catch (IOException | JedisException gone) {
            // it is closed all the more
        }
    }

    @Override
    public void close() {
        try {
            if (!complete) {
                connection().setBroken();
            } else if (connection().getSoTimeout() != timeoutBefore) {
                connection().setSoTimeout(timeoutBefore);
            }
        } catch (JedisException cut) { // after all was read, since another server was late
            connection().setBroken();
        }
        try {
            line.close();
        } catch (JedisException closed) {
            // the pool has been closed in the meantime, and has closed the connection
        }
    }

    private Reply read(boolean asks) {
        if (connection().isBroken()) {
            throw new IllegalStateException("it broke while sending");
        }
        if (asks) {
            one();
        }
        return one();
    }

    private Reply one() {
        try {
            return Replies.of(connection().getOne());
        } catch (JedisDataException error) {
            return Replies.refused(error);
        }
    }

    private Connection connection() {
        return line.connection();
    }
}
