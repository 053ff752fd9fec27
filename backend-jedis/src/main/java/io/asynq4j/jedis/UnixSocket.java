package io.asynq4j.jedis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A connection over a Unix socket as Jedis takes it: Java has channels for them, and no {@link Socket}. It never blocks but in
 * selectors, since channels have no timeouts, and are closed by an interruption. One thread may read, one write, and any close.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // no field here needs a lock
final class UnixSocket extends Socket {
    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private volatile int timeoutMillis;

    private UnixSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.readable = Selector.open();
        this.writable = Selector.open();
        channel.configureBlocking(false);
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
    }

    /** Connects to the socket at {@code path}. */
    static UnixSocket open(String path) {
        try {
            return new UnixSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        } catch (IOException refused) {
            throw new JedisConnectionException(refused);
        }
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return getRemoteSocketAddress(); // ours has no name
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        try {
            return channel.getRemoteAddress();
        } catch (IOException closed) {
            return UnixDomainSocketAddress.of("");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
        writable.close();
    }

    /** @param millis 0 for ever */
    private static void await(Selector ready, int millis) throws IOException {
        boolean interrupted = false;
        try {
            while (ready.select(millis) == 0) {
                if (!ready.isOpen()) {
                    throw new SocketException("Socket closed");
                }
                if (!Thread.interrupted()) {
                    throw new SocketTimeoutException("Read timed out");
                }
                interrupted = true;
            }
            ready.selectedKeys().clear();
        } catch (ClosedSelectorException closed) {
            throw new SocketException("Socket closed");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            var buffer = ByteBuffer.wrap(bytes, from, count);
            int read = channel.read(buffer);
            while (read == 0 && count > 0) {
                await(readable, timeoutMillis);
                read = channel.read(buffer);
            }
            return read;
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            var buffer = ByteBuffer.wrap(bytes, from, count);
            while (buffer.hasRemaining()) {
                if (channel.write(buffer) == 0) {
                    await(writable, 0);
                }
            }
        }
    }
}
