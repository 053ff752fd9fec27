package io.asynq4j.samples.bankmail.tasks;

import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.samples.bankmail.mail.Letter;
import io.asynq4j.samples.bankmail.mail.Letters;
import io.asynq4j.samples.bankmail.mail.Mailer;
import io.asynq4j.samples.bankmail.mail.RecipientRefusedException;
import io.asynq4j.samples.bankmail.members.Member;
import io.asynq4j.samples.bankmail.members.Members;
import io.asynq4j.samples.bankmail.tasks.BankTasks.ForMember;
import io.asynq4j.samples.bankmail.tasks.BankTasks.Notifications;
import io.asynq4j.samples.bankmail.tasks.BankTasks.Report;
import io.asynq4j.samples.bankmail.tasks.BankTasks.Sweep;
import io.asynq4j.task.Payload;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works the tasks off. Any of them may run twice, and none does harm then. A payload that does not fit archives its task
 * without retries, as does a member who is not there: neither gets better by waiting.
 */
public final class TaskProcessor {
    private static final Logger log = LoggerFactory.getLogger(TaskProcessor.class);

    private final Members members;
    private final Mailer mailer;
    private final Sweeper sweeper;
    private final InstantSource time;

    public TaskProcessor(Members members, Mailer mailer, TaskDistributor distributor, InstantSource time) {
        this.members = members;
        this.mailer = mailer;
        this.sweeper = new Sweeper(members, distributor);
        this.time = time;
    }

    /** Which task is worked off how. */
    public TaskRouter router() {
        return TaskRouter.create()
                .use(Middleware.logging())
                .handle(BankTasks.VERIFY_EMAIL, this::verify)
                .handle(BankTasks.WELCOME_EMAIL, this::welcome)
                .handle(BankTasks.REMINDER_EMAIL, this::remind)
                .handle(BankTasks.NOTIFICATIONS, this::tell)
                .handle(BankTasks.SWEEP, this::sweep)
                .handle(BankTasks.REPORT, this::report);
    }

    private void verify(ForMember task, TaskContext context) throws IOException {
        var member = member(task.memberId());
        if (member.asked()) {
            log.info("member {} has got the code already", member.id()); // an earlier attempt did not live to say so
            return;
        }
        var code = members.code(member.id(), Codes.fresh());
        send(Letters.verification(member.name(), member.email(), code));
        members.markAsked(member.id());
        log.info("sent the code to member {}, attempt {}", member.id(), context.retried() + 1);
    }

    private void welcome(ForMember task, TaskContext context) throws IOException {
        var member = member(task.memberId());
        send(Letters.welcome(member.name(), member.email()));
    }

    private void remind(ForMember task, TaskContext context) throws IOException {
        var member = member(task.memberId());
        if (!member.verified()) {
            send(Letters.reminder(member.name(), member.email()));
        }
    }

    private void tell(Notifications task, TaskContext context) throws IOException {
        var member = member(task.memberId());
        send(Letters.notifications(member.name(), member.email(), task.texts()));
    }

    private void sweep(Sweep task, TaskContext context) {
        int lost = sweeper.sweep(time.instant().minus(task.olderThan()));
        log.info("swept: {} members had lost their mails", lost);
    }

    private void report(Report task, TaskContext context) throws IOException {
        var count = members.count();
        send(Letters.report(task.to(), count.members(), count.verified()));
        context.writeResult(Payload.ofUtf8(count.verified() + " of " + count.members()));
    }

    private Member member(long id) {
        return members.find(id).orElseThrow(() -> new SkipRetryException("there is no member " + id));
    }

    private void send(Letter letter) throws IOException {
        try {
            mailer.send(letter);
        } catch (RecipientRefusedException refused) {
            throw new SkipRetryException("nobody takes mails to this member", refused);
        }
    }
}
