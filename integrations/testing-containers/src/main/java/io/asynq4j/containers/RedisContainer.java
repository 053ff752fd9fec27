package io.asynq4j.containers;

import com.github.dockerjava.api.DockerClient;
import io.asynq4j.testing.redis.TestServer;
import io.asynq4j.time.Handle;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;

/** A container with one Redis; Testcontainers removes it should this JVM be killed. */
final class RedisContainer implements TestServer {
    private final GenericContainer<?> container;
    private final DockerClient engine;
    private final int port;

    private boolean running = true;

    RedisContainer(GenericContainer<?> container, int port) {
        this.container = container;
        this.engine = container.getDockerClient();
        this.port = port;
    }

    @Override
    public String host() {
        return RedisContainers.HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Optional<Path> socket() {
        return Optional.empty();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void stop() {
        if (running) {
            engine.killContainerCmd(container.getContainerId()).exec();
            running = false;
        }
    }

    @Override
    public void restart() {
        stop();
        engine.startContainerCmd(container.getContainerId()).exec();
        running = true;
    }

    @Override
    public Handle freeze() {
        if (!running) {
            throw new IllegalStateException("there is no Redis to freeze");
        }
        engine.pauseContainerCmd(container.getContainerId()).exec();
        return () -> engine.unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void close() {
        running = false;
        container.stop();
    }

    @Override
    public String toString() {
        return container.getDockerImageName();
    }
}
