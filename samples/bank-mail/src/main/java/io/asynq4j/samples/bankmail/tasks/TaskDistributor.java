package io.asynq4j.samples.bankmail.tasks;

import io.asynq4j.task.BrokerUnavailableException;

/**
 * Leaves work to tasks. The rest of the program knows this interface and no queue.
 *
 * <p>Safe for use by many threads. Each method returns when the task is stored, or was there already, and throws {@link
 * BrokerUnavailableException} when nobody can know; then asking again does no harm.
 */
public interface TaskDistributor {
    /** Has a code sent to the member, in ten seconds. */
    void sendVerifyEmail(long memberId);

    /** Has the member welcomed, now. */
    void sendWelcomeEmail(long memberId);

    /** Has the member asked again, in a day. */
    void sendReminderEmail(long memberId);

    /** Has the member told, together with what else there is to tell. Asking again tells it twice. */
    void sendNotification(long memberId, String text);
}
