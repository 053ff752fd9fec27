package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;

/** Tasks that are put off by their handler. */
final class SnoozeCases {
    private SnoozeCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a snoozed task is scheduled, as it was, and nothing is counted", trial -> {
                trial.settle(new Ending.Snoozed(trial.taken("a"), trial.in(90)));
                trial.holds(TaskState.SCHEDULED, "a");
                trial.holds(TaskState.ACTIVE);
                var stored = trial.only(TaskState.SCHEDULED);
                trial.equal("due", trial.in(90), stored.time());
                trial.equal("retried", 0, stored.task().progress().retried());
                trial.equal("error", null, stored.task().progress().lastError());
                trial.equal("tasks fetched", List.of(), trial.fetch(1));
                SettlementCases.counts(trial, 0, 0);
            }),
            ContractCase.of("a snoozed task runs again at its time, and can be snoozed for ever", trial -> {
                trial.accept(trial.place("a", options().maxRetry(0)));
                for (int i = 0; i < 30; i++) {
                    trial.settle(new Ending.Snoozed(trial.take(), trial.in(60)));
                    trial.advance(59);
                    trial.forward(QUEUE);
                    trial.holds(TaskState.PENDING);
                    trial.advance(1);
                    trial.forward(QUEUE);
                }
                trial.equal(
                        "progress",
                        TaskMessage.Progress.NONE,
                        trial.take().message().progress());
                SettlementCases.counts(trial, 0, 0);
            }),
            ContractCase.of("a snoozed task is never due early: a fraction of a second is a whole one", trial -> {
                trial.settle(new Ending.Snoozed(trial.taken("a"), trial.in(90).plusMillis(1)));
                trial.equal("due", trial.in(91), trial.only(TaskState.SCHEDULED).time());
            }),
            ContractCase.of("a snoozed task keeps its lock, and what it has failed with before", trial -> {
                var task = Task.of("report:build");
                var unique = options().uniqueFor(Duration.ofHours(1));
                trial.accept(trial.place(task, unique.taskId("a")));
                trial.settle(new Ending.Retried(trial.take(), trial.now(), "at first", true));
                trial.forward(QUEUE);
                trial.settle(new Ending.Snoozed(trial.take(), trial.in(60)));
                var progress = trial.only(TaskState.SCHEDULED).task().progress();
                trial.equal("retried", 1, progress.retried());
                trial.equal("error", "at first", progress.lastError());
                trial.refused(
                        DuplicateTaskException.class,
                        trial.submit(trial.place(task, unique)).get(0));
                trial.advance(60);
                trial.forward(QUEUE);
                trial.settle(new Ending.Done(trial.take()));
                trial.accept(trial.place(task, unique));
            }),
            ContractCase.of("being snoozed sets the count of lost workers back", trial -> {
                var lease = trial.taken("a");
                trial.advance(60);
                var lost = new Ending.Retried(lease, trial.now(), "lost", true);
                trial.broker().recover(List.of(lost), trial.now(), trial.now());
                trial.forward(QUEUE);
                trial.settle(new Ending.Snoozed(trial.take(), trial.now()));
                trial.forward(QUEUE);
                trial.take();
                trial.advance(60);
                trial.equal(
                        "crashes",
                        0,
                        trial.broker()
                                .expired(QUEUE, trial.now(), 10)
                                .attempts()
                                .get(0)
                                .crashes());
            }));
}
