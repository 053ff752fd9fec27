package io.asynq4j.testing.redis;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Talks to a server for tests without TLS, over its Unix socket where it has one. One connection, one thread. */
final class SideDoor implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 3_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer input = ByteBuffer.allocate(1 << 14).flip();

    private SideDoor(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.selector = Selector.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    static SideDoor open(Path socket, @Nullable String password) throws IOException {
        return open(SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(socket), password);
    }

    static SideDoor open(String host, int port, @Nullable String password) throws IOException {
        return open(SocketChannel.open(), new InetSocketAddress(host, port), password);
    }

    private static SideDoor open(SocketChannel channel, SocketAddress address, @Nullable String password)
            throws IOException {
        try {
            channel.connect(address);
            var door = new SideDoor(channel);
            if (password != null) {
                door.ask("AUTH", password);
            }
            return door;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /**
     * The reply to a command: text, a number, a list of replies, or null.
     *
     * @throws IllegalStateException when it is an error
     */
    @Nullable
    Object ask(String... words) throws IOException {
        var command = new StringBuilder("*" + words.length + "\r\n");
        for (var word : words) {
            int size = word.getBytes(StandardCharsets.UTF_8).length;
            command.append('$').append(size).append("\r\n").append(word).append("\r\n");
        }
        var bytes = StandardCharsets.UTF_8.encode(command.toString());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return read();
    }

    @Override
    public void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
    }

    private @Nullable Object read() throws IOException {
        var line = line();
        var rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> throw new IllegalStateException("Redis refused: " + rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> rest.equals("-1") ? null : text(Integer.parseInt(rest));
            case '*' -> many(Integer.parseInt(rest));
            default -> throw new IOException("no reply: " + line);
        };
    }

    private List<@Nullable Object> many(int size) throws IOException {
        var items = new ArrayList<@Nullable Object>();
        for (int left = size; left > 0; left--) {
            items.add(read());
        }
        return items;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (byte next = next(); next != '\r'; next = next()) {
            line.append((char) next);
        }
        next();
        return line.toString();
    }

    private String text(int size) throws IOException {
        var bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = next();
        }
        next();
        next();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private byte next() throws IOException {
        while (!input.hasRemaining()) {
            if (selector.select(PATIENCE_MILLIS) == 0) {
                throw new IOException("no reply within " + PATIENCE_MILLIS + " ms");
            }
            selector.selectedKeys().clear();
            input.clear();
            int read = channel.read(input);
            input.flip();
            if (read < 0) {
                throw new EOFException("Redis hung up");
            }
        }
        return input.get();
    }
}
