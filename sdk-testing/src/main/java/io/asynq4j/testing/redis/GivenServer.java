package io.asynq4j.testing.redis;

import io.asynq4j.time.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A server that somebody else has started, and will stop. */
record GivenServer(String host, int port) implements TestServer {
    /** The server at {@code host:port}, if there is one. */
    static GivenServer at(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try {
            var server = new GivenServer(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            try (var door = SideDoor.open(server.host, server.port, null)) {
                door.ask("PING");
            }
            return server;
        } catch (IndexOutOfBoundsException | IllegalArgumentException noAddress) {
            throw new IOException(
                    "an address is host:port, such as 127.0.0.1:6379, and not \"" + address + '"', noAddress);
        }
    }

    @Override
    public Optional<Path> socket() {
        return Optional.empty();
    }

    @Override
    public boolean isRunning() {
        return true;
    }

    @Override
    public void stop() {
        throw notOurs();
    }

    @Override
    public void restart() {
        throw notOurs();
    }

    @Override
    public Handle freeze() {
        throw notOurs();
    }

    /** It goes on. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return "given";
    }

    private static IllegalStateException notOurs() {
        return new IllegalStateException("that needs a Redis of the test's own, and this one was given by its address");
    }
}
