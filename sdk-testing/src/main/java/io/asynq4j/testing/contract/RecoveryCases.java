package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.ids;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Settled;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Taking tasks back from workers that are gone. Leases of a trial last 30 s. */
final class RecoveryCases {
    private RecoveryCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of(
                    "attempts are listed whose lease has expired, earliest first, and when the next one does",
                    trial -> {
                        trial.taken("a");
                        trial.advance(10);
                        trial.taken("b");
                        trial.advance(10);
                        trial.taken("c");
                        var start = trial.in(-20);

                        var none = trial.broker().expired(QUEUE, start.plusSeconds(29), 100);
                        trial.equal("expired", List.of(), none.leases());
                        trial.equal("next expiry", start.plusSeconds(30), none.nextExpiry());
                        var two = trial.broker().expired(QUEUE, start.plusSeconds(40), 100);
                        trial.equal("expired", List.of("a", "b"), ids(two.leases()));
                        trial.equal("next expiry", start.plusSeconds(50), two.nextExpiry());
                        var all = trial.broker().expired(QUEUE, start.plusSeconds(1_000), 100);
                        trial.equal("expired", List.of("a", "b", "c"), ids(all.leases()));
                        trial.equal("next expiry", null, all.nextExpiry());
                    }),
            ContractCase.of("a lease has not expired before its last fraction of a second is over", trial -> {
                trial.accept("a");
                var until = trial.in(30).plusMillis(500);
                trial.broker().fetch(new Demand(List.of(Trial.share(QUEUE, 1)), trial.now(), until, "attempt"));
                trial.equal("expired", List.of(), expired(trial, until.minusMillis(1)));
                trial.equal("expired", List.of("a"), expired(trial, until.plusSeconds(1)));
            }),
            ContractCase.of(
                    "no more expired attempts are listed than the limit, and the others are told as next", trial -> {
                        for (int i = 0; i < 5; i++) {
                            trial.taken("task-" + i);
                            trial.advance(1);
                        }
                        var start = trial.in(-5);
                        var page = trial.broker().expired(QUEUE, trial.in(1_000), 2);
                        trial.equal("expired", List.of("task-0", "task-1"), ids(page.leases()));
                        trial.equal("next expiry", start.plusSeconds(32), page.nextExpiry());
                    }),
            ContractCase.of("page after page, all of many expired attempts are listed and taken back", trial -> {
                trial.accept(IntStream.range(0, 250)
                        .mapToObj(n -> trial.place("task-" + n))
                        .toList());
                trial.fetch(250);
                trial.advance(60);
                for (int expected : List.of(100, 100, 50, 0)) {
                    var leases = trial.broker().expired(QUEUE, trial.now(), 100).leases();
                    trial.equal("number of expired attempts", expected, leases.size());
                    var endings = leases.stream().map(Trial::archived).toList();
                    trial.isTrue(
                            "all are taken back",
                            recover(trial, endings, trial.now()).stream().allMatch(Settled.WRITTEN::equals),
                            leases);
                }
                trial.equal(
                        "number of archived tasks",
                        250,
                        trial.ids(QUEUE, TaskState.ARCHIVED).size());
            }),
            ContractCase.of("there is nothing to take back where nothing is active", trial -> {
                trial.accept("a");
                for (var queue : List.of(QUEUE, "never")) {
                    var expired = trial.broker().expired(queue, trial.in(1_000), 10);
                    trial.equal("expired in " + queue, List.of(), expired.leases());
                    trial.equal("next expiry in " + queue, null, expired.nextExpiry());
                }
            }),
            ContractCase.of(
                    "a listed attempt is the one that was fetched, and listing takes nothing from it", trial -> {
                        var lease = trial.taken(
                                "a", options().header("trace", "0af7").maxRetry(3));
                        var listed = trial.broker()
                                .expired(QUEUE, trial.in(60), 10)
                                .leases()
                                .get(0);
                        trial.equal("attempt", new Lease(lease.message(), lease.attempt(), lease.expiresAt()), listed);
                        trial.equal("expired, again", List.of("a"), expired(trial, trial.in(60)));
                        trial.settle(new Ending.Done(lease));
                        trial.equal("expired, when done", List.of(), expired(trial, trial.in(60)));
                    }),
            ContractCase.of("only expired attempts of the queue are listed", trial -> {
                trial.taken("a");
                trial.taken("b", options().queue(LOW));
                trial.equal("expired", List.of("a"), expired(trial, trial.in(60)));
            }),
            ContractCase.of("a task that is taken back to be retried runs again, with a retry used up", trial -> {
                var lease = trial.taken("a");
                trial.advance(60);
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        recover(trial, List.of(Trial.retried(lease, trial.now())), trial.in(-30)));
                trial.holds(TaskState.ACTIVE);
                trial.forward(QUEUE);
                var again = trial.take();
                trial.equal("retried", 1, again.message().progress().retried());
                trial.equal("error", "boom", again.message().progress().error());
                trial.settle(new Ending.Done(again));
                SettlementCases.counts(trial, 2, 1);
            }),
            ContractCase.of("a task that is taken back for good is archived", trial -> {
                var lease = trial.taken("a");
                trial.advance(60);
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        recover(trial, List.of(Trial.archived(lease)), trial.in(-30)));
                trial.holds(TaskState.ARCHIVED, "a");
                SettlementCases.counts(trial, 1, 1);
            }),
            ContractCase.of("an attempt whose lease was extended since it was listed is not taken back", trial -> {
                var lease = trial.taken("a");
                trial.advance(60);
                var listed =
                        trial.broker().expired(QUEUE, trial.now(), 10).leases().get(0);
                trial.broker().extend(List.of(lease), trial.in(30));
                trial.equal(
                        "answers",
                        List.of(Settled.NOT_HELD),
                        recover(trial, List.of(Trial.retried(listed, trial.now())), trial.now()));
                trial.holds(TaskState.ACTIVE, "a");
                trial.settle(new Ending.Done(lease));
            }),
            ContractCase.of("an attempt whose lease has not expired is not taken back", trial -> {
                var lease = trial.taken("a");
                trial.equal(
                        "answers",
                        List.of(Settled.NOT_HELD),
                        recover(trial, List.of(Trial.archived(lease)), trial.in(29)));
                trial.holds(TaskState.ACTIVE, "a");
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        recover(trial, List.of(Trial.archived(lease)), trial.in(30)));
            }),
            ContractCase.of("a task that was settled or taken back since it was listed is left alone", trial -> {
                var done = trial.taken("a");
                var archived = trial.taken("b");
                trial.advance(60);
                trial.settle(new Ending.Done(done), Trial.archived(archived));
                var late = List.of(Trial.retried(done, trial.now()), Trial.retried(archived, trial.now()));
                trial.equal("answers", List.of(Settled.NOT_HELD, Settled.NOT_HELD), recover(trial, late, trial.now()));
                trial.holds(TaskState.ARCHIVED, "b");
                trial.holds(TaskState.RETRY);
            }),
            ContractCase.of(
                    "a task is not taken back from a later attempt than was listed, whose record has gone on",
                    trial -> {
                        var listed = trial.taken("a");
                        trial.settle(Trial.retried(listed, trial.now()));
                        trial.forward(QUEUE);
                        var later = trial.take();
                        trial.advance(60);
                        trial.equal(
                                "answers",
                                List.of(Settled.NOT_HELD),
                                recover(trial, List.of(Trial.archived(listed)), trial.now()));
                        trial.equal(
                                "answers",
                                List.of(Settled.WRITTEN),
                                recover(trial, List.of(Trial.archived(later)), trial.now()));
                        trial.equal(
                                "retried",
                                1,
                                trial.only(TaskState.ARCHIVED).task().progress().retried());
                    }),
            ContractCase.of(
                    "nothing is mended where nothing is broken, neither leases that go on nor those that lapsed",
                    trial -> {
                        trial.taken("a");
                        trial.advance(60);
                        trial.taken("b");
                        trial.equal("mended", 0, trial.broker().repair(QUEUE, trial.now(), 10));
                        trial.equal(
                                "expired",
                                List.of("a"),
                                ids(trial.broker()
                                        .expired(QUEUE, trial.now(), 10)
                                        .leases()));
                    }),
            ContractCase.of("attempts in a row that lose their worker are counted", trial -> {
                trial.accept("a");
                for (int before = 0; before < 3; before++) {
                    trial.equal("crashes before", before, crash(trial));
                }
            }),
            ContractCase.of("any other end of an attempt sets the count of lost workers back", trial -> {
                trial.accept("a");
                crash(trial);
                trial.settle(Trial.retried(trial.take(), trial.now()));
                trial.forward(QUEUE);
                trial.equal("crashes before one that was retried", 0, crash(trial));
                trial.settle(new Ending.Released(trial.take()));
                trial.equal("crashes before one that was released", 0, crash(trial));
            }),
            ContractCase.of("one call takes back from several queues, and answers in order", trial -> {
                var a = trial.taken("a");
                var b = trial.taken("b", options().queue(LOW));
                trial.advance(20);
                var c = trial.taken("c", options().queue(LOW));
                trial.advance(10);
                var endings = List.of(Trial.archived(b), Trial.archived(c), Trial.archived(a));
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN, Settled.NOT_HELD, Settled.WRITTEN),
                        recover(trial, endings, trial.now()));
                trial.equal("active in low", List.of("c"), trial.ids(LOW, TaskState.ACTIVE));
            }));

    /** Fetches a task and lets its worker die; answers how many had died before. */
    private static int crash(Trial trial) {
        var lease = trial.take();
        trial.advance(60);
        int crashes =
                trial.broker().expired(QUEUE, trial.now(), 10).attempts().get(0).crashes();
        trial.equal(
                "answers",
                List.of(Settled.WRITTEN),
                recover(trial, List.of(Trial.retried(lease, trial.now())), trial.now()));
        trial.forward(QUEUE);
        return crashes;
    }

    private static List<String> expired(Trial trial, Instant cutoff) {
        return ids(trial.broker().expired(QUEUE, cutoff, 100).leases());
    }

    private static List<Settled> recover(Trial trial, List<Ending> endings, Instant cutoff) {
        return trial.broker().recover(endings, cutoff, trial.now());
    }
}
