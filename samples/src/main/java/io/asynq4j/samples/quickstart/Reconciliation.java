package io.asynq4j.samples.quickstart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what the mail server has with what was accepted: each message must be there, once, and no other. */
final class Reconciliation {
    private Reconciliation() {}

    /**
     * What does not fit, one line for each kind; empty when all does.
     *
     * @param accepted the recipient of each task of this run, by the task's id
     * @param earlier ids of the tasks of an earlier run that this one has worked off
     */
    static List<String> problems(Map<String, String> accepted, Set<String> earlier, List<Mailbox.Arrived> messages) {
        var arrivals = new HashMap<String, Integer>();
        int strange = 0;
        for (var message : messages) {
            arrivals.merge(message.taskId(), 1, Integer::sum);
            var recipient = accepted.get(message.taskId());
            var expected =
                    recipient == null ? earlier.contains(message.taskId()) : recipient.equals(message.recipient());
            strange += expected ? 0 : 1;
        }
        var missing = accepted.keySet().stream()
                .filter(id -> !arrivals.containsKey(id))
                .count();
        var doubled = arrivals.values().stream().filter(times -> times > 1).count();

        var problems = new ArrayList<String>();
        if (missing > 0) {
            problems.add(missing + " accepted tasks have no message");
        }
        if (doubled > 0) {
            problems.add(doubled + " tasks have more than one message");
        }
        if (strange > 0) {
            problems.add(strange + " messages belong to no task, or went to somebody else");
        }
        return problems;
    }
}
