package io.asynq4j.samples.quickstart;

import io.asynq4j.client.TaskClient;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The producer: enqueues a verification e-mail for every member, and one digest. */
final class SignUps {
    static final String TEAM = "team@example.org";

    private SignUps() {}

    /**
     * What became of it.
     *
     * @param accepted the recipient of each task that Redis has now, by the task's id
     * @param duplicates how many members stood in the file a second time
     * @param waiting how many members have a task already that this run did not enqueue
     */
    record Enqueued(Map<String, String> accepted, int duplicates, int waiting) {
        Enqueued {
            accepted = Map.copyOf(accepted);
        }
    }

    static Enqueued enqueue(TaskClient client, List<Member> members) {
        var tasks = new ArrayList<Task>();
        members.forEach(member -> tasks.add(MailTasks.VERIFY.task(member.address())));
        tasks.add(MailTasks.DIGEST.task(TEAM));

        var accepted = new LinkedHashMap<String, String>();
        var seen = new HashSet<String>();
        int duplicates = 0;
        int waiting = 0;
        var outcomes = client.enqueueAll(tasks);
        for (int i = 0; i < outcomes.size(); i++) {
            var recipient = tasks.get(i).payload().utf8();
            var first = seen.add(recipient);
            if (outcomes.get(i) instanceof EnqueueOutcome.Refused refused
                    && refused.reason() instanceof DuplicateTaskException) {
                duplicates += first ? 0 : 1;
                waiting += first ? 1 : 0;
            } else {
                accepted.put(outcomes.get(i).orThrow().id(), recipient);
            }
        }
        return new Enqueued(accepted, duplicates, waiting);
    }
}
