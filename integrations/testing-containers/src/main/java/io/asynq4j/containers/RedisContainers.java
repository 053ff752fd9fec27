package io.asynq4j.containers;

import io.asynq4j.testing.redis.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Lets {@link io.asynq4j.testing.redis.RedisForTests} start containers, where a container engine answers. Nobody calls it: it
 * is found when this module is on the class path.
 *
 * <p>The image is {@value #IMAGE}, or the one that the system property {@value #PROPERTY} names. Safe for use by many threads.
 */
public final class RedisContainers implements TestServer.Provider {
    /** Names another image, such as {@code valkey/valkey:8.1-alpine}; its own command has to know {@code --port}. */
    public static final String PROPERTY = "asynq4j.redis.image";

    /** Which image it is unless said otherwise. */
    public static final String IMAGE = "redis:7.4-alpine";

    static final String HOST = "127.0.0.1";
    static final int PORT = 6379;

    private final String image;

    /** For {@link java.util.ServiceLoader}. */
    public RedisContainers() {
        this.image = System.getProperty(PROPERTY, IMAGE);
    }

    @Override
    public String name() {
        return "container of " + image;
    }

    @Override
    public TestServer start(List<String> settings) throws IOException {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IOException("no container engine answers");
        }
        var command = new ArrayList<>(List.of("redis-server", "--save", "", "--appendonly", "no"));
        command.addAll(settings);
        int port = freePort(); // a fixed one, so that it is the same after a restart
        var container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(PORT)
                .withCommand(command.toArray(String[]::new));
        container.setPortBindings(List.of(HOST + ":" + port + ":" + PORT));
        try {
            container.start();
        } catch (RuntimeException failed) {
            throw new IOException("it does not start: " + failed.getMessage(), failed);
        }
        return new RedisContainer(container, port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
