package io.asynq4j.samples.quickstart;

import io.asynq4j.client.TaskClient;
import io.asynq4j.server.TaskServerBuilder;
import io.asynq4j.spi.Broker;
import io.asynq4j.time.Timekeeper;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The story from the file of members to the summary, on any broker and with any mail server. Used by one thread. */
final class Story {
    static final int FINE = 0;
    static final int FAILED = 1;
    static final int INTERRUPTED = 130;

    private final Broker broker;
    private final TaskServerBuilder worker;
    private final MailServer mailServer;
    private final Timekeeper time;
    private final PrintStream out;

    Story(Broker broker, TaskServerBuilder worker, MailServer mailServer, Timekeeper time, PrintStream out) {
        this.broker = broker;
        this.worker = worker;
        this.mailServer = mailServer;
        this.time = time;
        this.out = out;
    }

    /** Tells it to its end, and answers how it ended: one of the constants above. */
    int tell(MemberFile.Contents file) {
        say("Read       %,d members", file.members().size());
        say("           %,d malformed rows are refused:", file.refusals().size());
        file.refusals().forEach(row -> say("           line %d: %s", row.line(), row.reason()));
        var enqueued = enqueue(file.members());

        var progress = new Progress(enqueued.accepted().keySet());
        var strangers = new Strangers();
        var watch = new Watch(progress, strangers, enqueued.waiting(), time, out);
        work(new Letters(file.members()), progress, strangers, watch);

        var counts = progress.counts();
        say("");
        say("accepted   %,6d", enqueued.accepted().size());
        say("refused    %,6d", file.refusals().size());
        say("duplicates %,6d", enqueued.duplicates() + enqueued.waiting());
        say("sent       %,6d", counts.sent());
        say("retried    %,6d", counts.retried());
        say("archived   %,6d", counts.archived());
        return verdict(enqueued, progress, strangers, watch.end().getNow(null));
    }

    private SignUps.Enqueued enqueue(List<Member> members) {
        SignUps.Enqueued enqueued;
        try (var client = TaskClient.of(broker, time)) {
            enqueued = SignUps.enqueue(client, members);
        }
        say(
                "Enqueued   %,d tasks: verification on critical, due in 2 s, and one digest on low, due now",
                enqueued.accepted().size());
        say("           %,d duplicates were refused", enqueued.duplicates());
        if (enqueued.waiting() > 0) {
            say(
                    "           %,d members have a task from an earlier run that is not done: it is done in this one",
                    enqueued.waiting());
        }
        return enqueued;
    }

    private void work(Letters letters, Progress progress, Strangers strangers, Watch watch) {
        say("Working    %d tasks at a time; Ctrl-C ends it in good order", Worker.SLOTS);
        var mailer = new Mailer(mailServer.host(), mailServer.port());
        var router = Worker.router(letters, mailer).use(strangers, progress.counting());
        try (var server = worker.build()) {
            var closing = watch.end().thenRunAsync(server::close);
            watch.start();
            server.run(router); // until it is closed, by the watch or by Ctrl-C
            closing.cancel(false);
        }
    }

    private int verdict(SignUps.Enqueued enqueued, Progress progress, Strangers strangers, Watch.@Nullable End end) {
        if (strangers.held() > 0) {
            say("Held back  %d tasks of other programs, and gave them back: %s", strangers.held(), strangers.types());
        }
        if (!progress.earlier().isEmpty()) {
            say(
                    "Earlier    %,d tasks of an earlier run were done as well",
                    progress.earlier().size());
        }
        if (end != Watch.End.DONE) {
            say(
                    "%s %,d tasks are not done; those in a Redis that was given stay there, for another run to do.",
                    why(end), progress.counts().waiting());
            return end == null ? INTERRUPTED : FAILED;
        }
        var messages = mailServer.mailbox().messages();
        var problems = Reconciliation.problems(enqueued.accepted(), progress.earlier(), messages);
        if (problems.isEmpty()) {
            say("Checked    %,d messages have arrived: one for each accepted task, and no other", messages.size());
            return FINE;
        }
        say("NOT FINE   %,d messages have arrived: %s", messages.size(), String.join("; ", problems));
        return FAILED;
    }

    private static String why(Watch.@Nullable End end) {
        if (end == null) {
            return "Interrupted:";
        }
        return end == Watch.End.CROWDED
                ? "Too many tasks of other programs are in these queues; this needs a Redis of its own."
                : "Nothing happens any more; is another worker on these queues?";
    }

    private void say(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
