package io.asynq4j.samples.bankmail.tasks;

import io.asynq4j.client.TaskClient;
import io.asynq4j.samples.bankmail.tasks.BankTasks.ForMember;
import io.asynq4j.samples.bankmail.tasks.BankTasks.Notification;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskIdConflictException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the tasks on queues. What there should be one of has an id that follows from the member: a second one is refused as long
 * as the first is there.
 */
public final class QueueTaskDistributor implements TaskDistributor {
    private static final Logger log = LoggerFactory.getLogger(QueueTaskDistributor.class);

    private final TaskClient client;

    /** @param client stays open */
    public QueueTaskDistributor(TaskClient client) {
        this.client = client;
    }

    @Override
    public boolean sendVerifyEmail(long memberId) {
        return enqueueOnce(BankTasks.VERIFY_EMAIL.task(new ForMember(memberId)), "verify-" + memberId);
    }

    @Override
    public boolean sendWelcomeEmail(long memberId) {
        return enqueueOnce(BankTasks.WELCOME_EMAIL.task(new ForMember(memberId)), "welcome-" + memberId);
    }

    @Override
    public boolean sendReminderEmail(long memberId) {
        return enqueueOnce(BankTasks.REMINDER_EMAIL.task(new ForMember(memberId)), "remind-" + memberId);
    }

    @Override
    public void sendNotification(long memberId, String text) {
        client.enqueue(
                BankTasks.NOTIFICATION.task(new Notification(memberId, text)),
                Options.defaults().group("member-" + memberId));
    }

    private boolean enqueueOnce(Task task, String id) {
        try {
            client.enqueue(task, Options.defaults().taskId(id));
            return true;
        } catch (TaskIdConflictException there) {
            log.debug("{} is there already", id);
            return false;
        }
    }
}
