package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What the end of an attempt does to its task. */
final class SettlementCases {
    private static final Duration HOUR = Duration.ofHours(1);

    private SettlementCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a task that is done is gone, and counted as processed", trial -> {
                trial.settle(new Ending.Done(trial.taken("a")));
                for (var state : TaskState.values()) {
                    trial.holds(state);
                }
                counts(trial, 1, 0);
            }),
            ContractCase.of("a completed task is kept until its retention is over, and counted as processed", trial -> {
                trial.settle(new Ending.Completed(trial.taken("a", options().retention(HOUR))));
                trial.holds(TaskState.COMPLETED, "a");
                trial.holds(TaskState.ACTIVE);
                var stored = trial.only(TaskState.COMPLETED);
                trial.equal("kept until", trial.in(3600), stored.time());
                trial.equal(
                        "completed at", trial.now(), stored.task().progress().completedAt());
                counts(trial, 1, 0);
            }),
            ContractCase.of(
                    "a retried task waits until it is due, one retry used up, with its error; counted as failed",
                    trial -> {
                        trial.settle(new Ending.Retried(trial.taken("a"), trial.in(90), "no route", true));
                        trial.holds(TaskState.RETRY, "a");
                        trial.holds(TaskState.ACTIVE);
                        var stored = trial.only(TaskState.RETRY);
                        trial.equal("due", trial.in(90), stored.time());
                        failedWith(trial, stored.task().progress(), 1, "no route");
                        trial.equal("tasks fetched", List.of(), trial.fetch(1));
                        counts(trial, 1, 1);
                    }),
            ContractCase.of("a retry that does not count uses up none, and is told all the same", trial -> {
                trial.settle(new Ending.Retried(trial.taken("a"), trial.in(90), "come back", false));
                failedWith(trial, trial.only(TaskState.RETRY).task().progress(), 0, "come back");
                counts(trial, 0, 0);
            }),
            ContractCase.of("a retry is never due early: a fraction of a second is a whole one", trial -> {
                trial.settle(Trial.retried(trial.taken("a"), trial.in(90).plusMillis(1)));
                trial.equal("due", trial.in(91), trial.only(TaskState.RETRY).time());
            }),
            ContractCase.of("an archived task is kept with its error, and counted as failed", trial -> {
                trial.settle(new Ending.Archived(trial.taken("a"), "no such user"));
                trial.holds(TaskState.ARCHIVED, "a");
                trial.holds(TaskState.ACTIVE);
                var stored = trial.only(TaskState.ARCHIVED);
                trial.equal("archived at", trial.now(), stored.time());
                failedWith(trial, stored.task().progress(), 0, "no such user");
                trial.equal("tasks fetched", List.of(), trial.fetch(1));
                counts(trial, 1, 1);
            }),
            ContractCase.of("a released task runs next, before all that wait, and nothing is counted", trial -> {
                trial.accept("a", "b", "c");
                var lease = trial.take();
                trial.advance(5);
                trial.settle(new Ending.Released(lease));
                trial.holds(TaskState.PENDING, "a", "b", "c");
                trial.holds(TaskState.ACTIVE);
                trial.equal(
                        "pending since",
                        trial.now(),
                        trial.view().pending(QUEUE).get(0).time());
                counts(trial, 0, 0);
                var again = trial.take();
                trial.equal("task fetched", "a", again.id());
                trial.equal(
                        "progress", TaskMessage.Progress.NONE, again.message().progress());
                trial.settle(new Ending.Done(again));
            }),
            ContractCase.of("a task keeps all else that it was submitted with, through every failure", trial -> {
                var given = trial.place(
                        "a",
                        options()
                                .header("trace", "0af7")
                                .retention(HOUR)
                                .maxRetry(3)
                                .deadline(trial.in(86_400)));
                trial.accept(given);
                trial.settle(Trial.retried(trial.take(), trial.now()));
                trial.forward(QUEUE);
                var message = trial.take().message();
                SubmissionCases.comesBack(trial, given, message.withProgress(TaskMessage.Progress.NONE));
                trial.equal("retried", 1, message.progress().retried());
            }),
            ContractCase.of("the headers that a failed attempt leaves are those of the next one", trial -> {
                var lease = trial.taken("a", options().header("trace", "0af7"));
                var marked = lease.of(lease.message().withHeaders(Map.of("trace", "0af7", "tried", "yes")));
                trial.settle(Trial.retried(marked, trial.now()));
                trial.forward(QUEUE);
                var next = trial.take();
                trial.equal(
                        "headers", marked.message().headers(), next.message().headers());
                trial.settle(Trial.archived(next.of(next.message().withHeaders(Map.of("trace", "0af7")))));
                trial.equal(
                        "headers",
                        Map.of("trace", "0af7"),
                        trial.only(TaskState.ARCHIVED).task().headers());
            }),
            ContractCase.of("failures add up, and the last one is told", trial -> {
                var lease = trial.taken("a");
                for (var error : List.of("first", "second", "third")) {
                    trial.settle(new Ending.Retried(lease, trial.now(), error, true));
                    trial.advance(10);
                    trial.forward(QUEUE);
                    lease = trial.take();
                }
                trial.equal("retried", 3, lease.message().progress().retried());
                trial.settle(new Ending.Archived(lease, "fourth"));
                failedWith(trial, trial.only(TaskState.ARCHIVED).task().progress(), 3, "fourth");
                counts(trial, 4, 4);
            }),
            ContractCase.of("a task that failed before may succeed, and is told with both", trial -> {
                trial.settle(
                        new Ending.Retried(trial.taken("a", options().retention(HOUR)), trial.now(), "at first", true));
                trial.forward(QUEUE);
                trial.settle(new Ending.Completed(trial.take()));
                var progress = trial.only(TaskState.COMPLETED).task().progress();
                failedWith(trial, progress, 1, "at first");
                trial.equal("completed at", trial.now(), progress.completedAt());
                counts(trial, 2, 1);
            }),
            ContractCase.of(
                    "an error text in any script is kept, and one that no record can hold is made to fit", trial -> {
                        var texts = List.of("ошибка 🚀 \u0000 \"", "half of \uD83D a pair", "é".repeat(100_000));
                        for (int i = 0; i < texts.size(); i++) {
                            trial.settle(new Ending.Archived(trial.taken("task-" + i), texts.get(i)));
                            trial.advance(1);
                        }
                        var kept = trial.view().archived(QUEUE).stream()
                                .map(stored ->
                                        String.valueOf(stored.task().progress().lastError()))
                                .toList();
                        trial.equal("error", texts.get(0), kept.get(0));
                        trial.equal("error", "half of \uFFFD a pair", kept.get(1));
                        int bytes = kept.get(2).getBytes(StandardCharsets.UTF_8).length;
                        trial.isTrue("an error of at most 8 KiB", bytes <= 8192, bytes);
                        trial.isTrue(
                                "the beginning of the error", kept.get(2).startsWith("é".repeat(4_000)), kept.get(2));
                    }),
            ContractCase.of("counters are those of the queue and of the day of the settlement in UTC", trial -> {
                var here = trial.taken("a");
                var there = trial.taken("b", options().queue(LOW));
                var later = trial.taken("c");
                var today = LocalDate.ofInstant(trial.now(), ZoneOffset.UTC);
                var tomorrow = trial.now().plus(Duration.ofDays(1));
                trial.settle(Trial.archived(here), new Ending.Done(there));
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        trial.broker().settle(List.of(Trial.archived(later)), tomorrow));

                trial.equal("processed today", 1L, trial.view().processed(QUEUE, today));
                trial.equal("failed today", 1L, trial.view().failed(QUEUE, today));
                trial.equal("processed tomorrow", 1L, trial.view().processed(QUEUE, today.plusDays(1)));
                trial.equal("failed tomorrow", 1L, trial.view().failed(QUEUE, today.plusDays(1)));
                trial.equal("processed in low", 1L, trial.view().processed(LOW, today));
                trial.equal("failed in low", 0L, trial.view().failed(LOW, today));
                counts(trial, 2, 2);
            }),
            ContractCase.of("one call settles attempts of many queues and endings, and answers in order", trial -> {
                var a = trial.taken("a");
                var b = trial.taken("b", options().queue(LOW));
                var c = trial.taken("c", options().retention(HOUR));
                var d = trial.taken("d", options().queue(LOW));
                var e = trial.taken("e");
                trial.settle(new Ending.Done(a));
                var answers = trial.trySettle(
                        new Ending.Released(e),
                        new Ending.Done(a),
                        Trial.archived(b),
                        new Ending.Completed(c),
                        Trial.retried(d, trial.in(60)));
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN, Settled.NOT_HELD, Settled.WRITTEN, Settled.WRITTEN, Settled.WRITTEN),
                        answers);
                trial.holds(TaskState.PENDING, "e");
                trial.holds(TaskState.COMPLETED, "c");
                trial.equal("archived in low", List.of("b"), trial.ids(LOW, TaskState.ARCHIVED));
                trial.equal("retried in low", List.of("d"), trial.ids(LOW, TaskState.RETRY));
                counts(trial, 2, 0);
                trial.equal("processed in low", 2L, trial.view().processed(LOW));
            }),
            ContractCase.of("1,000 attempts may be settled at once", trial -> {
                trial.accept(IntStream.range(0, 1_000)
                        .mapToObj(n -> trial.place("task-" + n))
                        .toList());
                var endings = new ArrayList<Ending>();
                for (var lease : trial.fetch(1_000)) {
                    endings.add(endings.size() % 2 == 0 ? new Ending.Done(lease) : Trial.archived(lease));
                }
                trial.equal(
                        "answers",
                        Collections.nCopies(1_000, Settled.WRITTEN),
                        trial.broker().settle(endings, trial.now()));
                trial.holds(TaskState.ACTIVE);
                trial.equal(
                        "number of archived tasks",
                        500,
                        trial.ids(QUEUE, TaskState.ARCHIVED).size());
                counts(trial, 1_000, 500);
            }),
            ContractCase.of(
                    "nothing settled is nothing answered",
                    trial -> trial.equal("answers", List.of(), trial.broker().settle(List.of(), trial.now()))));

    static void counts(Trial trial, long processed, long failed) {
        trial.equal("processed", processed, trial.view().processed(QUEUE));
        trial.equal("failed", failed, trial.view().failed(QUEUE));
        var today = LocalDate.ofInstant(trial.now(), ZoneOffset.UTC);
        trial.isTrue(
                "processed today at most as many as ever",
                trial.view().processed(QUEUE, today) <= processed,
                trial.view().processed(QUEUE, today));
    }

    private static void failedWith(Trial trial, TaskInfo.Progress progress, int retried, String error) {
        trial.equal("retried", retried, progress.retried());
        trial.equal("error", error, progress.lastError());
        trial.equal("last failed at", trial.now(), progress.lastFailedAt());
    }
}
