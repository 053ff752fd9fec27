package io.asynq4j.samples.bankmail.app;

import io.asynq4j.client.TaskClient;
import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.samples.bankmail.api.MembersService;
import io.asynq4j.samples.bankmail.members.Members;
import io.asynq4j.samples.bankmail.signup.SignUp;
import io.asynq4j.samples.bankmail.tasks.QueueTaskDistributor;
import io.asynq4j.samples.bankmail.tasks.TaskProcessor;
import io.asynq4j.time.SystemTime;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bank: gRPC on one side, mails on the other, tasks between them. Started as {@code all}, which is the default, {@code
 * api} or {@code worker}; how often is a matter of load.
 */
public final class BankMail implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BankMail.class);

    private final Parts parts;
    private final @Nullable Worker worker;
    private final int port;

    private BankMail(Parts parts, @Nullable Worker worker, int port) {
        this.parts = parts;
        this.worker = worker;
        this.port = port;
    }

    /** What a process is there for. */
    enum Role {
        ALL,
        API,
        WORKER
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        var role = Role.valueOf((args.length == 0 ? "all" : args[0]).toUpperCase(Locale.ROOT));
        open(Settings.of(System.getenv()), role).run();
    }

    /** Opens what belongs to {@code role}; what was opened before a failure is closed again. */
    static BankMail open(Settings settings, Role role) throws IOException {
        var parts = new Parts();
        try {
            return open(settings, role, parts);
        } catch (IOException | RuntimeException failed) {
            parts.close();
            throw failed;
        }
    }

    private static BankMail open(Settings settings, Role role, Parts parts) throws IOException {
        var time = parts.add(SystemTime.open());
        var redis = Surroundings.redis(settings, parts);
        var database = Surroundings.database(settings, parts);
        var broker = parts.add(LettuceBroker.open(redis));
        var distributor = new QueueTaskDistributor(parts.add(TaskClient.of(broker)));
        var members = new Members(database, time);
        Worker worker = null;
        if (role != Role.API) {
            var mailer = Surroundings.mailer(settings, parts);
            var router = new TaskProcessor(members, mailer, distributor, time).router();
            worker = parts.add(Worker.of(broker, router, PeriodicFile.of(settings, parts), settings.lease()));
        }
        int port = 0;
        if (role != Role.WORKER) {
            var service = new MembersService(new SignUp(database, members, distributor), members, distributor);
            port = parts.add(Api.start(settings.host(), settings.port(), service))
                    .port();
        }
        log.info("{} is ready{}", role, port == 0 ? "" : ", gRPC at " + settings.host() + ":" + port);
        return new BankMail(parts, worker, port);
    }

    /** Works, and returns at once. */
    void start() {
        if (worker != null) {
            worker.start();
        }
    }

    /** Works until SIGTERM or Ctrl-C, and returns when all is closed. */
    void run() throws InterruptedException {
        if (worker != null) {
            try (this) {
                worker.run();
            }
            return;
        }
        var over = new CountDownLatch(1);
        // Here nobody listens to signals: they begin the end of the Java machine, which waits for this thread.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            close();
            over.countDown();
        }));
        over.await();
    }

    /** Where gRPC is spoken; 0 in a worker. */
    int port() {
        return port;
    }

    /** Takes no more calls, then no more tasks, lets both end, and closes all the rest. */
    @Override
    public void close() {
        log.info("closing");
        parts.close();
        log.info("closed");
    }
}
