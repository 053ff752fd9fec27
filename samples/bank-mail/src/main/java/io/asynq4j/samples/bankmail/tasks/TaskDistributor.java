package io.asynq4j.samples.bankmail.tasks;

import io.asynq4j.task.BrokerUnavailableException;

/**
 * Leaves work to tasks. The rest of the program knows this interface and no queue.
 *
 * <p>Safe for use by many threads. Each method returns when the task is stored, or was there already, and throws {@link
 * BrokerUnavailableException} when nobody can know; then asking again does no harm.
 */
public interface TaskDistributor {
    /** Has a code sent to the member, in ten seconds. False if that was under way already. */
    boolean sendVerifyEmail(long memberId);

    /** Has the member welcomed, now. False if that was under way already. */
    boolean sendWelcomeEmail(long memberId);

    /** Has the member asked again, in a day. False if that was under way already. */
    boolean sendReminderEmail(long memberId);

    /**
     * Has a new member sent all of these. The code is the last, since a member without one is how the sweeper knows that something
     * got lost: if its task is stored, so are the others.
     *
     * @return whether the task for the code was not there yet
     */
    default boolean sendSignUpEmails(long memberId) {
        sendWelcomeEmail(memberId);
        sendReminderEmail(memberId);
        return sendVerifyEmail(memberId);
    }

    /** Has the member told, together with what else there is to tell. Asking again tells it twice. */
    void sendNotification(long memberId, String text);
}
