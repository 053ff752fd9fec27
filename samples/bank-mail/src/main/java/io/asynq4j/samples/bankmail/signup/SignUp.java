package io.asynq4j.samples.bankmail.signup;

import io.asynq4j.samples.bankmail.members.Database;
import io.asynq4j.samples.bankmail.members.EmailTakenException;
import io.asynq4j.samples.bankmail.members.Members;
import io.asynq4j.samples.bankmail.tasks.TaskDistributor;
import io.asynq4j.task.TaskException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes members. Safe for use by many threads; blocks. */
public final class SignUp {
    private static final Logger log = LoggerFactory.getLogger(SignUp.class);

    private final Database database;
    private final Members members;
    private final TaskDistributor distributor;

    public SignUp(Database database, Members members, TaskDistributor distributor) {
        this.database = database;
        this.members = members;
        this.distributor = distributor;
    }

    /**
     * Stores a member and answers the id.
     *
     * @throws EmailTakenException when another member has the address; nothing was stored
     */
    public long create(String name, String email) {
        return database.transaction(transaction -> {
            var id = members.create(transaction, name, email);
            // Not before the commit: a worker could be faster, and find nobody; and what is rolled back must not be
            // mailed.
            transaction.afterCommit(() -> enqueueMails(id));
            return id;
        });
    }

    /** The member is there, whatever becomes of this. What gets lost here, the sweeper finds. */
    private void enqueueMails(long memberId) {
        try {
            distributor.sendSignUpEmails(memberId);
        } catch (TaskException failed) {
            log.warn(
                    "member {} is stored, and perhaps not all mails are on their way: {}",
                    memberId,
                    failed.getMessage());
        }
    }
}
