package io.asynq4j.testing.redis;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** A place where a Redis server may come from. */
record Source(String name, Start finder) {
    private static final String ADDRESS = "asynq4j.redis.address";
    private static final String ADDRESS_VARIABLE = "ASYNQ4J_REDIS_ADDRESS";
    private static final String SERVER = "asynq4j.redis.server";
    private static final String SERVER_VARIABLE = "ASYNQ4J_REDIS_SERVER";

    /** Starts a server from there; throws with the reason when there is none. */
    interface Start {
        TestServer start() throws IOException;
    }

    /** Finds the file, or puts it into {@code folder}; throws with the reason when there is none. */
    interface Finder {
        Path find(Path folder) throws IOException;
    }

    /** Those to try here. */
    static List<Source> all(Launch launch) {
        return all(launch, System.getProperties(), System.getenv());
    }

    /** Those to try, best first. One that was asked for by name is the only one. */
    static List<Source> all(Launch launch, Properties properties, Map<String, String> environment) {
        var address = asked(ADDRESS, properties, ADDRESS_VARIABLE, environment);
        if (!address.isEmpty() && launch.isPlain()) {
            return List.of(new Source(address, () -> GivenServer.at(address)));
        }
        var server = asked(SERVER, properties, SERVER_VARIABLE, environment);
        if (!server.isEmpty()) {
            return List.of(local(server, launch, folder -> existing(Path.of(server))));
        }
        var path = environment.getOrDefault("PATH", "");
        var all = new ArrayList<Source>();
        all.add(local("redis-server on PATH", launch, folder -> onPath("redis-server", path)));
        all.add(local("valkey-server on PATH", launch, folder -> onPath("valkey-server", path)));
        if (launch.fitsProviders()) {
            for (var provider : ServiceLoader.load(TestServer.Provider.class)) {
                all.add(new Source(provider.name(), () -> provider.start(launch.settings())));
            }
        }
        all.add(local("embedded-redis", launch, folder -> BundledRedis.extract(folder, false)));
        all.add(local("embedded-redis, static build", launch, folder -> BundledRedis.extract(folder, true)));
        return all;
    }

    private static Source local(String name, Launch launch, Finder finder) {
        return new Source(name, () -> LocalServer.start(finder, launch));
    }

    private static String asked(String property, Properties in, String variable, Map<String, String> environment) {
        return in.getProperty(property, environment.getOrDefault(variable, ""));
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
            throw new IOException("no executable file, although " + SERVER + " or " + SERVER_VARIABLE + " names it");
        }
        return file;
    }
}
