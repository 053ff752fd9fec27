package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Settled;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What handlers have to say of their tasks. */
final class ResultCases {
    private static final Payload ODD_BYTES = Payload.of(new byte[] {0, -1, 13, 10, 'o', 'k'});

    private ResultCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a result is kept with its task, whatever its bytes", trial -> {
                var lease = trial.taken("a", options().retention(Duration.ofHours(1)));
                trial.equal("result", null, trial.only(TaskState.ACTIVE).result());
                written(trial, lease, ODD_BYTES);
                trial.equal("result", ODD_BYTES, trial.only(TaskState.ACTIVE).result());
                trial.settle(new Ending.Completed(lease));
                trial.equal("result", ODD_BYTES, trial.only(TaskState.COMPLETED).result());
                trial.advance(3601);
                trial.equal("deleted", 1, trial.broker().deleteExpired(QUEUE, trial.now(), 10));
                trial.accept("a");
                trial.equal("result", null, trial.only(TaskState.PENDING).result());
            }),
            ContractCase.of("a result replaces the one before", trial -> {
                var lease = trial.taken("a");
                written(trial, lease, Payload.ofUtf8("a long one"));
                written(trial, lease, Payload.ofUtf8("short"));
                trial.equal(
                        "result",
                        Payload.ofUtf8("short"),
                        trial.only(TaskState.ACTIVE).result());
                written(trial, lease, Payload.of(new byte[0]));
                trial.equal(
                        "result",
                        Payload.of(new byte[0]),
                        trial.only(TaskState.ACTIVE).result());
            }),
            ContractCase.of("a result stays when the task is tried again, released or archived", trial -> {
                var first = trial.taken("a");
                written(trial, first, ODD_BYTES);
                trial.settle(Trial.retried(first, trial.now()));
                trial.equal("result", ODD_BYTES, trial.only(TaskState.RETRY).result());
                trial.forward(QUEUE);
                trial.settle(new Ending.Released(trial.take()));
                trial.equal("result", ODD_BYTES, trial.only(TaskState.PENDING).result());
                var last = trial.take();
                trial.broker().extend(List.of(last), trial.in(60));
                trial.settle(Trial.archived(last));
                trial.equal("result", ODD_BYTES, trial.only(TaskState.ARCHIVED).result());
            }),
            ContractCase.of("a result of a task that is gone is refused, and brings nothing back", trial -> {
                var lease = trial.taken("a");
                trial.settle(new Ending.Done(lease));
                refused(trial, lease);
                trial.accept("a");
                trial.equal("result", null, trial.only(TaskState.PENDING).result());
            }),
            ContractCase.of("a result of an attempt that has ended is refused", trial -> {
                var lease = trial.taken("a", options().retention(Duration.ofHours(1)));
                written(trial, lease, ODD_BYTES);
                trial.settle(new Ending.Completed(lease));
                refused(trial, lease);
                trial.equal("result", ODD_BYTES, trial.only(TaskState.COMPLETED).result());
            }),
            ContractCase.of("a late worker does not write over the result of a later one", trial -> {
                var late = trial.taken("a");
                trial.advance(60);
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        trial.broker().recover(List.of(Trial.retried(late, trial.now())), trial.now(), trial.now()));
                refused(trial, late);
                trial.forward(QUEUE);
                refused(trial, late);
                var current = trial.take();
                written(trial, current, ODD_BYTES);
                refused(trial, late);
                trial.equal("result", ODD_BYTES, trial.only(TaskState.ACTIVE).result());
            }),
            ContractCase.of("of tasks of the same id in two queues each has its own result", trial -> {
                var here = trial.taken("a");
                var there = trial.taken("a", options().queue(LOW));
                written(trial, here, Payload.ofUtf8("here"));
                written(trial, there, Payload.ofUtf8("there"));
                trial.equal(
                        "result",
                        Payload.ofUtf8("here"),
                        trial.only(TaskState.ACTIVE).result());
                trial.equal(
                        "result",
                        Payload.ofUtf8("there"),
                        trial.view().active(LOW).get(0).result());
            }),
            ContractCase.of("a result for a queue that there is not leaves no trace", trial -> {
                var placed = trial.place("a", options().queue("nowhere"));
                refused(trial, new Lease(placed.message(), "attempt", trial.in(30)));
                trial.equal("queues", Set.of(), trial.view().queues());
            }));

    private static void written(Trial trial, Lease lease, Payload result) {
        trial.equal("written", true, trial.answer(trial.broker().writeResult(lease, result)));
    }

    private static void refused(Trial trial, Lease lease) {
        trial.equal("written", false, trial.answer(trial.broker().writeResult(lease, Payload.ofUtf8("late"))));
    }
}
