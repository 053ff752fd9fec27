package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.ids;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.WorkerInfo;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Signs of life: of leases, of servers, of the broker. */
final class PresenceCases {
    private static final Duration TTL = Duration.ofSeconds(10);

    private PresenceCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a lease that is extended expires at the new time, not at the old one", trial -> {
                var lease = trial.taken("a");
                trial.equal("lost leases", List.of(), trial.broker().extend(List.of(lease), trial.in(60)));
                trial.equal(
                        "lease until",
                        trial.in(60),
                        trial.only(TaskState.ACTIVE).time());
                trial.equal(
                        "expired",
                        List.of(),
                        trial.broker().expired(QUEUE, trial.in(59), 10).leases());
                trial.equal(
                        "expired",
                        List.of("a"),
                        ids(trial.broker().expired(QUEUE, trial.in(60), 10).leases()));
            }),
            ContractCase.of("leases that are not held any more are told, and not brought back", trial -> {
                var held = trial.taken("held");
                var done = trial.taken("done");
                var retried = trial.taken("retried");
                var released = trial.taken("released", options().queue(LOW));
                trial.settle(
                        new Ending.Done(done), Trial.retried(retried, trial.in(60)), new Ending.Released(released));
                trial.equal(
                        "lost leases",
                        List.of("done", "retried", "released"),
                        ids(trial.broker().extend(List.of(held, done, retried, released), trial.in(60))));
                trial.holds(TaskState.ACTIVE, "held");
                trial.equal(
                        "expired",
                        List.of("held"),
                        ids(trial.broker().expired(QUEUE, trial.in(90), 10).leases()));
                trial.equal(
                        "expired in low",
                        List.of(),
                        trial.broker().expired(LOW, trial.in(90), 10).leases());
            }),
            ContractCase.of("a lost lease is answered as it was given", trial -> {
                var lease = trial.taken("a");
                trial.settle(new Ending.Done(lease));
                trial.equal("lost leases", List.of(lease), trial.broker().extend(List.of(lease), trial.in(60)));
            }),
            ContractCase.of("a late worker does not extend the lease of a later one", trial -> {
                var late = trial.taken("a");
                trial.settle(new Ending.Released(late));
                var current = trial.take();
                trial.equal("lost leases", List.of("a"), ids(trial.broker().extend(List.of(late), trial.in(600))));
                trial.equal(
                        "lease until",
                        trial.in(30),
                        trial.only(TaskState.ACTIVE).time());
                trial.equal("lost leases", List.of(), trial.broker().extend(List.of(current), trial.in(600)));
            }),
            ContractCase.of("of two attempts at one task that are extended at once, the later one is held", trial -> {
                var late = trial.taken("a");
                trial.settle(new Ending.Released(late));
                var current = trial.take();
                trial.equal(
                        "lost leases",
                        List.of(late),
                        trial.broker().extend(List.of(current, late, current), trial.in(600)));
                trial.equal(
                        "lease until",
                        trial.in(600),
                        trial.only(TaskState.ACTIVE).time());
            }),
            ContractCase.of("a lease that was taken back is lost", trial -> {
                var lease = trial.taken("a");
                trial.advance(60);
                trial.equal(
                        "answers",
                        List.of(Settled.WRITTEN),
                        trial.broker().recover(List.of(Trial.archived(lease)), trial.now(), trial.now()));
                trial.equal("lost leases", List.of("a"), ids(trial.broker().extend(List.of(lease), trial.in(60))));
                trial.holds(TaskState.ARCHIVED, "a");
            }),
            ContractCase.of("a lease that has expired is extended while nobody has taken the task back", trial -> {
                var lease = trial.taken("a");
                trial.advance(60);
                trial.equal("lost leases", List.of(), trial.broker().extend(List.of(lease), trial.in(30)));
                trial.equal(
                        "expired",
                        List.of(),
                        trial.broker().expired(QUEUE, trial.now(), 10).leases());
            }),
            ContractCase.of("leases of two queues are extended in one call, also for tasks of the same id", trial -> {
                var here = trial.taken("a");
                var there = trial.taken("a", options().queue(LOW));
                trial.equal("lost leases", List.of(), trial.broker().extend(List.of(here, there), trial.in(600)));
                trial.settle(new Ending.Done(here));
                trial.equal("lost leases", List.of(here), trial.broker().extend(List.of(here, there), trial.in(900)));
                trial.equal(
                        "lease until",
                        trial.in(900),
                        trial.view().active(LOW).get(0).time());
            }),
            ContractCase.of(
                    "no lease extended is none lost",
                    trial ->
                            trial.equal("lost leases", List.of(), trial.broker().extend(List.of(), trial.in(60)))),
            ContractCase.of("a server that announces itself is seen, with what it works on", trial -> {
                var server = server(trial, "one", "active", 1);
                var lease = trial.taken("a", options().header("trace", "0af7"));
                trial.broker().announce(server, List.of(worker(trial, lease)), trial.now(), TTL);
                trial.equal("servers", List.of(server), trial.view().servers());
                trial.equal("number of workers", 1, trial.view().workers().size());
                var worker = trial.view().workers().get(0);
                trial.equal("task of the worker", "a", worker.lease().id());
                trial.equal("queue of the worker", QUEUE, worker.lease().queue());
                trial.equal(
                        "type of the worker's task",
                        "type",
                        worker.lease().message().type());
                trial.equal(
                        "payload of the worker's task",
                        Payload.ofUtf8("payload of a"),
                        worker.lease().message().payload());
                trial.equal("start of the worker", trial.in(-5), worker.startedAt());
                trial.equal("deadline of the worker", trial.in(1800), worker.deadline());
            }),
            ContractCase.of("what a server announces replaces what it had announced", trial -> {
                var lease = trial.taken("a");
                trial.broker()
                        .announce(server(trial, "one", "active", 1), List.of(worker(trial, lease)), trial.now(), TTL);
                var later = server(trial, "one", "closed", 0);
                trial.broker().announce(later, List.of(), trial.now(), TTL);
                trial.equal("servers", List.of(later), trial.view().servers());
                trial.equal("workers", List.of(), trial.view().workers());
            }),
            ContractCase.of("servers are seen beside each other, and one that leaves takes only itself away", trial -> {
                var one = server(trial, "one", "active", 1);
                var two = server(trial, "two", "active", 1);
                var lease = trial.taken("a");
                trial.broker().announce(one, List.of(worker(trial, lease)), trial.now(), TTL);
                trial.broker().announce(two, List.of(worker(trial, lease)), trial.now(), TTL);
                trial.equal("servers", Set.of(one, two), Set.copyOf(trial.view().servers()));
                trial.broker().leave(one);
                trial.equal("servers", List.of(two), trial.view().servers());
                trial.equal("number of workers", 1, trial.view().workers().size());
                trial.broker().leave(two);
                trial.broker().leave(two);
                trial.equal("servers", List.of(), trial.view().servers());
                trial.equal("workers", List.of(), trial.view().workers());
            }),
            ContractCase.of("a server that falls silent is forgotten after its time", trial -> {
                var silent = server(trial, "silent", "active", 1);
                var lively = server(trial, "lively", "active", 0);
                trial.broker().announce(silent, List.of(worker(trial, trial.taken("a"))), trial.now(), TTL);
                trial.broker().announce(lively, List.of(), trial.now(), TTL);
                trial.advance(6);
                trial.equal("number of servers", 2, trial.view().servers().size());
                trial.broker().announce(lively, List.of(), trial.now(), TTL);
                trial.advance(6);
                trial.equal("servers", List.of(lively), trial.view().servers());
                trial.equal("workers", List.of(), trial.view().workers());
            }),
            ContractCase.of(
                    "the queues of a server that announces itself are known, also when nobody has used them", trial -> {
                        trial.broker().announce(server(trial, "one", "active", 0), List.of(), trial.now(), TTL);
                        trial.equal(
                                "queues",
                                Set.of("critical", "default"),
                                trial.view().queues());
                    }),
            ContractCase.of("a broker tells the time, and nothing to warn of when it was set up for this", trial -> {
                var apart =
                        Duration.between(trial.now(), trial.broker().clock()).abs();
                trial.isTrue("a clock like ours", apart.compareTo(Duration.ofMinutes(1)) < 0, apart);
                trial.equal("warnings", List.of(), trial.broker().warnings());
            }),
            ContractCase.of(
                    "a broker that is there answers a ping",
                    trial -> trial.broker().ping()),
            ContractCase.of("a broker may be closed twice", trial -> {
                trial.broker().close();
                trial.broker().close();
            }));

    private static ServerInfo server(Trial trial, String id, String status, int activeWorkers) {
        return new ServerInfo(
                "host", 4711, id, 10, Map.of("critical", 6, "default", 3), false, status, trial.in(-60), activeWorkers);
    }

    private static WorkerInfo worker(Trial trial, Lease lease) {
        return new WorkerInfo(lease, trial.in(-5), trial.in(1800));
    }
}
