package io.asynq4j.samples.bankmail.tasks;

import io.asynq4j.jackson.JacksonCodec;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The tasks and the queues they go to: all that those who enqueue and those who work have to agree on. */
public final class BankTasks {
    /** Names of queues, with their weights: of ten slots that become free, six go to the first, if all have tasks. */
    public static final Map<String, Integer> QUEUES = Map.of("critical", 6, "default", 3, "low", 1);

    /** Makes a code and sends it to the member. */
    public static final TaskType<ForMember> VERIFY_EMAIL = TaskType.of(
                    "task:send_verify_email", JacksonCodec.of(ForMember.class))
            .withDefaults(Options.defaults().queue("critical").maxRetry(10).processIn(Duration.ofSeconds(10)));

    /** Says hello, at once. */
    public static final TaskType<ForMember> WELCOME_EMAIL =
            TaskType.of("task:send_welcome_email", JacksonCodec.of(ForMember.class));

    /** Asks again, a day later, if the member has not answered. */
    public static final TaskType<ForMember> REMINDER_EMAIL = TaskType.of(
                    "task:send_reminder_email", JacksonCodec.of(ForMember.class))
            .withDefaults(Options.defaults().queue("low").processIn(Duration.ofHours(24)));

    /** Something a member is to be told. Gathered in a group for each member, and never worked on by itself. */
    public static final TaskType<Notification> NOTIFICATION = TaskType.of(
                    "task:notification", JacksonCodec.of(Notification.class))
            .withDefaults(Options.defaults().queue("low"));

    /** All that was gathered for a member, in one mail. */
    public static final TaskType<Notifications> NOTIFICATIONS =
            TaskType.of("task:send_notifications", JacksonCodec.of(Notifications.class));

    /** Enqueues what got lost between the database and Redis. Comes from the file of periodic tasks. */
    public static final TaskType<Sweep> SWEEP = TaskType.of("task:sweep_members", JacksonCodec.of(Sweep.class));

    /** Tells the team how many members there are. Comes from the file of periodic tasks. */
    public static final TaskType<Report> REPORT = TaskType.of("task:report_members", JacksonCodec.of(Report.class));

    private BankTasks() {}

    /** Carries an id and nothing else: what the mail says is read when it is written, from the database. */
    public record ForMember(long memberId) {}

    public record Notification(long memberId, String text) {}

    public record Notifications(long memberId, List<String> texts) {
        public Notifications {
            texts = List.copyOf(texts);
        }
    }

    /**
     * What a sweep looks for.
     *
     * @param olderThan how long a member has to be there, for a task that is on its way not to be taken for lost
     */
    public record Sweep(Duration olderThan) {}

    public record Report(String to) {}
}
