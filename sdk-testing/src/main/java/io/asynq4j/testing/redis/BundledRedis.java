package io.asynq4j.testing.redis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** The server binaries in the jar of embedded-redis, where a build has added it. */
final class BundledRedis {
    private BundledRedis() {}

    /** Puts the binary for this machine into {@code folder}; a static one runs where libraries are too old or other ones. */
    static Path extract(Path folder, boolean staticBuild) throws IOException {
        try {
            return Jar.extract(folder, staticBuild);
        } catch (NoClassDefFoundError notAdded) {
            throw new IOException("com.github.codemonstur:embedded-redis is not on the class path", notAdded);
        }
    }

    /** All that touches the library, which may be missing. */
    private static final class Jar {
        static Path extract(Path folder, boolean staticBuild) throws IOException {
            var binaries = ExecutableProvider.newProvidedVersionsMap();
            var here = OsArchitecture.detectOSandArchitecture();
            var machine = staticBuild && here.equals(OsArchitecture.UNIX_x86_64) ? OsArchitecture.UNIX_x86 : here;
            var binary = binaries.get(machine);
            if (binary == null || (staticBuild && machine.equals(here))) {
                throw new IOException("none for this machine");
            }
            return ExecutableProvider.newJarResourceProvider(folder::toFile, Map.of(here, binary))
                    .get()
                    .toPath();
        }
    }
}
