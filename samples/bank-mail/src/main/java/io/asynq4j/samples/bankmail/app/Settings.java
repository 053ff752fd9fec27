package io.asynq4j.samples.bankmail.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says. What it does not name is embedded in this process, or has the default of {@code README.md}.
 *
 * @param redis the URI of a Redis
 * @param database the URL of a database
 * @param smtp the {@code host:port} of a mail server
 * @param port where gRPC is spoken, 0 for any that is free
 * @param periodic the file of periodic tasks; the one that is shipped, if null
 * @param mailbox where the embedded mail server puts its mails
 * @param lease how long the tasks of a worker that died are left alone, at least
 */
record Settings(
        @Nullable String redis,
        @Nullable String database,
        @Nullable String databaseUser,
        @Nullable String databasePassword,
        @Nullable String smtp,
        String host,
        int port,
        @Nullable Path periodic,
        Path mailbox,
        Duration lease) {
    private static final String PREFIX = "BANK_MAIL_";

    /** @throws IllegalArgumentException when a value is wrong; the message names it, and no password */
    static Settings of(Map<String, String> environment) {
        var periodic = environment.get(PREFIX + "PERIODIC");
        return new Settings(
                environment.get(PREFIX + "REDIS"),
                environment.get(PREFIX + "DATABASE"),
                environment.get(PREFIX + "DATABASE_USER"),
                environment.get(PREFIX + "DATABASE_PASSWORD"),
                environment.get(PREFIX + "SMTP"),
                environment.getOrDefault(PREFIX + "HOST", "127.0.0.1"),
                Integer.parseInt(environment.getOrDefault(PREFIX + "PORT", "50051")),
                periodic == null ? null : Path.of(periodic),
                Path.of(environment.getOrDefault(PREFIX + "MAILBOX", "target/bank-mail-mailbox")),
                Duration.parse(environment.getOrDefault(PREFIX + "LEASE", "PT30S")));
    }

    /** Without the password, which is nobody's business. */
    @Override
    public String toString() {
        return "Settings of port " + port;
    }
}
