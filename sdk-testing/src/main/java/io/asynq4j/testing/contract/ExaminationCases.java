package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ailment;
import io.asynq4j.spi.Finding;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Finding what is wrong; most of that is damage which only some brokers can have. */
final class ExaminationCases {
    private ExaminationCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("nothing is wrong with a queue that is well, whatever there is in it", trial -> {
                var look = new InspectTrial(trial);
                for (var state : TaskState.values()) {
                    if (state != TaskState.PENDING) {
                        look.put(state, state.word(), options().uniqueFor(Duration.ofHours(1)));
                    }
                }
                trial.accept(trial.place("staged", options().group("staged")));
                look.stage("staged");
                look.put(TaskState.PENDING, "pending", options().uniqueFor(Duration.ofHours(1)));
                var told = new ArrayList<Long>();
                trial.equal(
                        "findings",
                        List.of(),
                        trial.answer(trial.broker().examination().examine(QUEUE, told::add, trial.now())));
                trial.isTrue("something was looked at", !told.isEmpty() && told.get(told.size() - 1) > 0, told);
            }),
            ContractCase.of(
                    "examining a queue that is not there says so",
                    trial -> trial.failure(
                            QueueNotFoundException.class,
                            trial.broker().examination().examine("nowhere", looked -> {}, trial.now()))),
            ContractCase.of("what is not so is not mended, whatever somebody says", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.SCHEDULED, "s");
                look.put(TaskState.AGGREGATING, "m", options().uniqueFor(Duration.ofHours(1)));
                look.put(TaskState.ACTIVE, "a");
                look.put(TaskState.PENDING, "p");
                for (var finding : List.of(
                        new Finding(QUEUE, Ailment.DANGLING_ID, "p", "pending"),
                        new Finding(QUEUE, Ailment.MISPLACED, "s", "scheduled"),
                        new Finding(QUEUE, Ailment.NO_LEASE, "a", "active"),
                        new Finding(QUEUE, Ailment.LOST_TASK, "m", "its record"),
                        new Finding(QUEUE, Ailment.LOST_GROUP, InspectTrial.GROUP, "its members"),
                        new Finding(QUEUE, Ailment.LEAKED_LOCK, "type:", "its lock"),
                        new Finding(QUEUE, Ailment.FOREIGN_KEY, "p", "pending"))) {
                    trial.equal(
                            "mended " + finding,
                            false,
                            trial.answer(trial.broker().examination().mend(finding, trial.now())));
                }
                trial.holds(TaskState.PENDING, "p");
                trial.holds(TaskState.SCHEDULED, "s");
                trial.holds(TaskState.ACTIVE, "a");
                trial.holds(TaskState.AGGREGATING, "m");
            }));
}
