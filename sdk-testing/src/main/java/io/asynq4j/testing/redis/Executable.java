package io.asynq4j.testing.redis;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A place where a Redis server may be found. */
record Executable(String name, Finder finder) {
    private static final String PROPERTY = "asynq4j.redis.server";
    private static final String VARIABLE = "ASYNQ4J_REDIS_SERVER";

    /** Finds the file, or puts it into {@code folder}; throws with the reason when there is none. */
    interface Finder {
        Path find(Path folder) throws IOException;
    }

    /** Those to try, best first. One that was asked for by name is the only one. */
    static List<Executable> candidates(String property, Map<String, String> environment) {
        var asked = property.isEmpty() ? environment.getOrDefault(VARIABLE, "") : property;
        if (!asked.isEmpty()) {
            return List.of(new Executable(asked, folder -> existing(Path.of(asked))));
        }
        var path = environment.getOrDefault("PATH", "");
        return List.of(
                new Executable("redis-server on PATH", folder -> onPath("redis-server", path)),
                new Executable("valkey-server on PATH", folder -> onPath("valkey-server", path)),
                new Executable("embedded-redis", folder -> BundledRedis.extract(folder, false)),
                new Executable("embedded-redis, static build", folder -> BundledRedis.extract(folder, true)));
    }

    /** Those to try here. */
    static List<Executable> candidates() {
        return candidates(System.getProperty(PROPERTY, ""), System.getenv());
    }

    private static Path onPath(String name, String path) throws IOException {
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("not there"));
    }

    private static Path existing(Path file) throws IOException {
        if (!Files.isExecutable(file)) {
            throw new IOException("no executable file, although " + PROPERTY + " or " + VARIABLE + " names it");
        }
        return file;
    }
}
