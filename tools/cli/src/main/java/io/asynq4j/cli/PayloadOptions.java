package io.asynq4j.cli;

import io.asynq4j.task.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A payload, as text or from a file. */
final class PayloadOptions {
    private static final int LARGEST = 512 << 20; // what Redis takes

    @Option(
            names = {"-l", "--payload"},
            paramLabel = "TEXT",
            description = "The payload, as UTF-8.")
    private @Nullable String text;

    @Option(names = "--payload-file", paramLabel = "FILE", description = "Take the bytes of FILE; - is standard input.")
    private @Nullable String file;

    Optional<Payload> payload(Surroundings around) {
        if (text != null && file != null) {
            throw CommandException.usage("a payload comes from --payload or --payload-file");
        }
        if (file == null) {
            return Optional.ofNullable(text).map(Payload::ofUtf8);
        }
        try {
            return Optional.of(Payload.wrap(bytes(file, around)));
        } catch (IOException unreadable) {
            throw CommandException.usage("the payload file " + file + " cannot be read");
        }
    }

    private static byte[] bytes(String file, Surroundings around) throws IOException {
        if (file.equals("-")) {
            return around.in().readNBytes(LARGEST);
        }
        var path = Path.of(file);
        if (Files.size(path) > LARGEST) {
            throw CommandException.usage("the payload file " + file + " is too large");
        }
        return Files.readAllBytes(path);
    }
}
