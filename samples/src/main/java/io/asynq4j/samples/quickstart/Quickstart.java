package io.asynq4j.samples.quickstart;

import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.time.SystemTime;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * Sends a verification e-mail to each of a thousand members by way of Redis, and counts what arrives.
 *
 * <p>Exits with 0 when every accepted task has led to exactly one message, 1 when not or when Redis cannot be used, 2 when the
 * arguments are wrong, and 130 when it was interrupted.
 */
public final class Quickstart {
    private static final int WRONG_ARGUMENTS = 2;

    private Quickstart() {}

    public static void main(String[] args) throws IOException {
        int code = run(List.of(args), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(List<String> args, PrintStream out, PrintStream err) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException wrong) {
            err.println(wrong.getMessage());
            err.println(Arguments.USAGE);
            return WRONG_ARGUMENTS;
        }
        if (arguments.help()) {
            out.println(Arguments.USAGE);
            return Story.FINE;
        }
        Backend backend;
        try {
            var uri = arguments.redis();
            backend = uri == null ? Backend.own() : Backend.at(uri);
        } catch (IllegalArgumentException | BrokerUnavailableException unusable) {
            err.println("--redis: " + unusable.getMessage());
            return Story.FAILED;
        }
        try (backend) {
            return run(backend, out);
        } catch (BrokerUnavailableException gone) {
            err.println("Redis is gone: " + gone.getMessage());
            return Story.FAILED;
        }
    }

    private static int run(Backend backend, PrintStream out) throws IOException {
        out.println("Tasks in   " + backend.description());
        try (var time = SystemTime.open();
                var mailServer = MailServer.start(new Greylist()::refuses, new Mailbox())) {
            out.println("Mail to    an SMTP server at " + mailServer.host() + ":" + mailServer.port()
                    + ", which turns some away at first");
            var worker = Worker.server(backend.broker(), time);
            return new Story(backend.broker(), worker, mailServer, time, out).tell(MemberFile.shipped());
        }
    }
}
