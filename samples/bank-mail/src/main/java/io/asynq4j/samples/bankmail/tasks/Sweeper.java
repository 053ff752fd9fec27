package io.asynq4j.samples.bankmail.tasks;

import io.asynq4j.samples.bankmail.members.Members;
import io.asynq4j.samples.bankmail.members.NotAsked;
import java.time.Instant;
import java.util.List;

/** Enqueues what got lost between the database and Redis. Safe for use by many threads; blocks. */
public final class Sweeper {
    private static final int PAGE = 1_000;

    private final Members members;
    private final TaskDistributor distributor;
    private final int page;

    public Sweeper(Members members, TaskDistributor distributor) {
        this(members, distributor, PAGE);
    }

    /** @param page how many members are read at a time */
    Sweeper(Members members, TaskDistributor distributor, int page) {
        this.members = members;
        this.distributor = distributor;
        this.page = page;
    }

    /** Looks at all who were created before {@code moment} and not sent their code, and answers how many of them had no task. */
    public int sweep(Instant moment) {
        int lost = 0;
        var last = NotAsked.BEFORE_ALL;
        List<NotAsked> found;
        do { // those whose mail was refused are found again each time, and must not keep others from being found
            found = members.notAsked(moment, last, page);
            for (var member : found) {
                lost += enqueue(member) ? 1 : 0;
                last = member;
            }
        } while (found.size() == page);
        return lost;
    }

    /** Who has a code had all tasks: another welcome each night, for as long as the code cannot be sent, would do harm. */
    private boolean enqueue(NotAsked member) {
        return member.tried() ? distributor.sendVerifyEmail(member.id()) : distributor.sendSignUpEmails(member.id());
    }
}
