package io.asynq4j.samples.bankmail.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The periodic tasks that are shipped, as a file, which is what people can change. */
record PeriodicFile(Path path) implements AutoCloseable {
    private static final String SHIPPED = "/io/asynq4j/samples/bankmail/periodic.yaml";

    static Path of(Settings settings, Parts parts) throws IOException {
        var given = settings.periodic();
        return given != null ? given : parts.add(shipped()).path();
    }

    private static PeriodicFile shipped() throws IOException {
        var file = Files.createTempFile("bank-mail-", ".yaml");
        try (var shipped = Objects.requireNonNull(PeriodicFile.class.getResourceAsStream(SHIPPED), SHIPPED)) {
            Files.write(file, shipped.readAllBytes());
        }
        return new PeriodicFile(file);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
