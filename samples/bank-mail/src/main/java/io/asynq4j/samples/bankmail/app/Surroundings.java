package io.asynq4j.samples.bankmail.app;

import io.asynq4j.samples.bankmail.embedded.LocalMailServer;
import io.asynq4j.samples.bankmail.mail.Mailer;
import io.asynq4j.samples.bankmail.mail.SmtpMailer;
import io.asynq4j.samples.bankmail.members.Database;
import io.asynq4j.testing.redis.RedisForTests;
import java.io.IOException;

/** Redis, database and mail server: those that the settings name, or else some that are started for this process alone. */
final class Surroundings {
    /** It keeps to the dialect of PostgreSQL, and leaves its end to us, who are not done when the Java machine begins to end. */
    private static final String EMBEDDED_DATABASE = "jdbc:h2:mem:bank;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;"
            + "DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE";

    private Surroundings() {}

    static String redis(Settings settings, Parts parts) {
        var given = settings.redis();
        return given != null ? given : parts.add(RedisForTests.start()).uri();
    }

    static Database database(Settings settings, Parts parts) {
        var given = settings.database();
        return parts.add(
                given == null
                        ? Database.open(EMBEDDED_DATABASE, "sa", "")
                        : Database.open(given, settings.databaseUser(), settings.databasePassword()));
    }

    static Mailer mailer(Settings settings, Parts parts) throws IOException {
        var given = settings.smtp();
        var address = given != null
                ? given
                : parts.add(LocalMailServer.start(settings.mailbox())).address();
        int colon = address.lastIndexOf(':');
        return new SmtpMailer(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }
}
