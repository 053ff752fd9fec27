package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.InspectTrial.GROUP;
import static io.asynq4j.testing.contract.InspectTrial.NOWHERE;
import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Change;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.QueueDay;
import io.asynq4j.spi.QueueInfo.Attempts;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.spi.Schedules.Recorded;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.spi.Shelf;
import io.asynq4j.spi.WorkerInfo;
import io.asynq4j.task.Payload;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Looking at queues and tasks, which changes nothing. */
final class LookingCases {
    private static final Duration TTL = Duration.ofSeconds(20);

    private LookingCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("queues are told by name, once a task was put on them", trial -> {
                trial.equal(
                        "queues",
                        List.of(),
                        trial.answer(trial.broker().inspection().queues()));
                trial.accept(
                        trial.place("a", options().queue("b")),
                        trial.place("a", options().queue("a")));
                trial.equal(
                        "queues",
                        List.of("a", "b"),
                        trial.answer(trial.broker().inspection().queues()));
            }),
            ContractCase.of("looking at a queue that is not there says so, and does not make it", trial -> {
                var inspection = trial.broker().inspection();
                var now = trial.now();
                var pending = Shelf.of(NOWHERE, TaskState.PENDING);
                var failure = trial.failure(QueueNotFoundException.class, inspection.queue(NOWHERE, now));
                trial.equal("queue", NOWHERE, failure.queue());
                trial.failure(QueueNotFoundException.class, inspection.memoryUsage(NOWHERE));
                trial.failure(QueueNotFoundException.class, inspection.history(NOWHERE, day(trial), 1));
                trial.failure(QueueNotFoundException.class, inspection.list(pending, 0, 1, now));
                trial.failure(QueueNotFoundException.class, inspection.listFrom(pending, null, 1, now));
                trial.failure(QueueNotFoundException.class, inspection.task(NOWHERE, "a", now));
                trial.failure(QueueNotFoundException.class, inspection.message(NOWHERE, "a"));
                trial.equal("groups", List.of(), trial.answer(inspection.groups(NOWHERE)));
                new InspectTrial(trial).onlyKnows();
            }),
            ContractCase.of("a queue tells how many tasks are in each state, and how many groups it has", trial -> {
                var look = new InspectTrial(trial);
                for (var state : TaskState.values()) { // active and pending last, or others would be fetched
                    if (state != TaskState.PENDING && state != TaskState.ACTIVE) {
                        look.put(state, state.word());
                    }
                }
                look.put(TaskState.SCHEDULED, "another");
                look.put(TaskState.ACTIVE, "active");
                look.put(TaskState.PENDING, "pending");
                trial.accept(trial.place("member", options().group("h")));
                var info = look.info();
                for (var state : TaskState.values()) {
                    long expected = state == TaskState.SCHEDULED || state == TaskState.AGGREGATING ? 2 : 1;
                    trial.equal("number of " + state + " tasks", expected, info.count(state));
                }
                trial.equal("size", 9L, info.size());
                trial.equal("groups", 2L, info.groups());
                trial.equal("paused", false, info.paused());
            }),
            ContractCase.of("members that are being aggregated are counted nowhere", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.AGGREGATING, "a");
                look.stage(GROUP);
                trial.equal("size", 0L, look.info().size());
            }),
            ContractCase.of("a queue tells how long the task that runs next has been pending", trial -> {
                var look = new InspectTrial(trial);
                trial.accept("a", "b");
                trial.equal("latency", Duration.ZERO, look.info().latency());
                trial.advance(7);
                trial.accept("c");
                trial.equal("latency", Duration.ofSeconds(7), look.info().latency());
                trial.fetch(2);
                trial.advance(2);
                trial.equal("latency", Duration.ofSeconds(2), look.info().latency());
                trial.fetch(1);
                trial.equal("latency", Duration.ZERO, look.info().latency());
            }),
            ContractCase.of("a queue tells whether it is paused, and a pause whether it changed anything", trial -> {
                var look = new InspectTrial(trial);
                trial.accept("a");
                pause(trial, true, true);
                pause(trial, true, false);
                trial.equal("paused", true, look.info().paused());
                trial.equal("fetched", List.of(), Trial.ids(trial.fetch(1)));
                pause(trial, false, true);
                pause(trial, false, false);
                trial.equal("paused", false, look.info().paused());
                trial.equal("fetched", List.of("a"), Trial.ids(trial.fetch(1)));
            }),
            ContractCase.of("a queue that nobody knows can be paused beforehand", trial -> {
                pause(trial, true, true);
                new InspectTrial(trial).onlyKnows();
                trial.accept("a");
                trial.equal("fetched", List.of(), Trial.ids(trial.fetch(1)));
            }),
            ContractCase.of(
                    "a queue tells how many attempts have ended today and ever, and how many have failed", trial -> {
                        var look = new InspectTrial(trial);
                        trial.settle(new Ending.Done(trial.taken("a")));
                        trial.settle(Trial.archived(trial.taken("b")));
                        trial.equal("today", new Attempts(2, 1), look.info().today());
                        trial.equal("ever", new Attempts(2, 1), look.info().ever());
                        trial.advance(24 * 3600);
                        trial.settle(new Ending.Done(trial.taken("c")));
                        trial.equal("today", new Attempts(1, 0), look.info().today());
                        trial.equal("ever", new Attempts(3, 1), look.info().ever());
                    }),
            ContractCase.of("history tells the attempts by day, today first", trial -> {
                trial.settle(Trial.archived(trial.taken("a")));
                trial.advance(2 * 24 * 3600);
                trial.settle(new Ending.Done(trial.taken("b")));
                var today = day(trial);
                trial.equal(
                        "history",
                        List.of(
                                new QueueDay(QUEUE, today, new Attempts(1, 0)),
                                new QueueDay(QUEUE, today.minusDays(1), new Attempts(0, 0)),
                                new QueueDay(QUEUE, today.minusDays(2), new Attempts(1, 1))),
                        trial.answer(trial.broker().inspection().history(QUEUE, today, 3)));
            }),
            ContractCase.of("memory is nothing for a queue without tasks, and more for more of them", trial -> {
                var inspection = trial.broker().inspection();
                trial.settle(new Ending.Done(trial.taken("a")));
                trial.equal("memory", 0L, trial.answer(inspection.memoryUsage(QUEUE)));
                trial.accept("b");
                long one = trial.answer(inspection.memoryUsage(QUEUE));
                trial.accept("c", "d");
                long three = trial.answer(inspection.memoryUsage(QUEUE));
                trial.isTrue("more memory for more tasks", 0 < one && one < three, one + " and " + three);
            }),
            ContractCase.of("groups are told by name with their sizes", trial -> {
                trial.accept(
                        trial.place("a", options().group("two")),
                        trial.place("b", options().group("two")),
                        trial.place("c", options().group("one")));
                trial.equal(
                        "groups",
                        List.of(new GroupInfo("one", 1), new GroupInfo("two", 2)),
                        trial.answer(trial.broker().inspection().groups(QUEUE)));
            }),
            ContractCase.of("pending tasks are listed in the order in which they run", trial -> {
                var look = new InspectTrial(trial);
                trial.accept("c", "a", "b");
                trial.equal("page", List.of("c", "a"), look.page(Shelf.of(QUEUE, TaskState.PENDING), 0, 2));
                trial.equal("page", List.of("b"), look.page(Shelf.of(QUEUE, TaskState.PENDING), 2, 2));
                trial.equal("page", List.of(), look.page(Shelf.of(QUEUE, TaskState.PENDING), 4, 2));
                trial.equal("page", List.of(), look.page(Shelf.of(QUEUE, TaskState.PENDING), Long.MAX_VALUE, 2));
            }),
            ContractCase.of("active tasks are listed in the order in which they were fetched", trial -> {
                trial.accept("c", "a", "b");
                trial.fetch(2);
                trial.fetch(1);
                trial.equal(
                        "page",
                        List.of("c", "a", "b"),
                        new InspectTrial(trial).page(Shelf.of(QUEUE, TaskState.ACTIVE), 0, 10));
            }),
            ContractCase.of("what waits for its time is listed by that, what is archived the oldest first", trial -> {
                var look = new InspectTrial(trial);
                trial.accept(
                        trial.place("late", options().processIn(Duration.ofMinutes(9))),
                        trial.place("soon", options().processIn(Duration.ofMinutes(1))));
                look.put(TaskState.ARCHIVED, "z");
                trial.advance(1);
                look.put(TaskState.ARCHIVED, "y");
                trial.equal("page", List.of("soon", "late"), look.page(Shelf.of(QUEUE, TaskState.SCHEDULED), 0, 10));
                trial.equal("page", List.of("z", "y"), look.page(Shelf.of(QUEUE, TaskState.ARCHIVED), 0, 10));
                trial.equal("page", List.of("y"), look.page(Shelf.of(QUEUE, TaskState.ARCHIVED), 1, 10));
            }),
            ContractCase.of("members are listed by group", trial -> {
                trial.accept(
                        trial.place("a", options().group("one")),
                        trial.place("b", options().group("two")));
                var look = new InspectTrial(trial);
                trial.equal("page", List.of("b"), look.page(Shelf.group(QUEUE, "two"), 0, 10));
                trial.equal("page", List.of(), look.page(Shelf.group(QUEUE, "three"), 0, 10));
            }),
            ContractCase.of("a task tells all there is to know of it", trial -> {
                var look = new InspectTrial(trial);
                trial.accept(trial.place(
                        "a",
                        options()
                                .header("name", "value")
                                .maxRetry(3)
                                .timeout(Duration.ofMinutes(5))
                                .retention(Duration.ofHours(2))));
                trial.advance(5);
                var pending = look.task("a");
                trial.equal("state", TaskState.PENDING, pending.state());
                trial.equal("type", "type", pending.type());
                trial.equal("payload", Payload.ofUtf8("payload of a"), pending.payload());
                trial.equal("headers", Map.of("name", "value"), pending.headers());
                trial.equal("max retry", 3, pending.maxRetry());
                trial.equal("next", Optional.of(trial.now()), pending.nextProcessAt());
                trial.equal("since", Optional.of(trial.in(-5)), pending.since());
                var lease = trial.take();
                trial.answer(trial.broker().writeResult(lease, Payload.ofUtf8("half of it")));
                var active = look.task("a");
                trial.equal("state", TaskState.ACTIVE, active.state());
                trial.equal("result", Optional.of(Payload.ofUtf8("half of it")), active.result());
                trial.equal("since", Optional.empty(), active.since());
                trial.equal("next", Optional.empty(), active.nextProcessAt());
                trial.settle(Trial.retried(lease, trial.in(60)));
                trial.advance(3);
                var retried = look.task("a");
                trial.equal("state", TaskState.RETRY, retried.state());
                trial.equal("error", Optional.of("boom"), retried.lastError());
                trial.equal("retried", 1, retried.retried());
                trial.equal("since", Optional.of(trial.in(-3)), retried.since());
                trial.equal("next", Optional.of(trial.in(57)), retried.nextProcessAt());
                trial.equal("the same in a list", retried, only(trial, TaskState.RETRY));
            }),
            ContractCase.of("tasks that are kept tell since when", trial -> {
                var look = new InspectTrial(trial);
                look.put(TaskState.COMPLETED, "c");
                look.put(TaskState.ARCHIVED, "x");
                look.put(TaskState.AGGREGATING, "m");
                look.put(TaskState.SCHEDULED, "s");
                trial.advance(4);
                trial.equal("since", Optional.of(trial.in(-4)), look.task("c").since());
                trial.equal("since", Optional.of(trial.in(-4)), look.task("x").since());
                trial.equal("since", Optional.of(trial.in(-4)), look.task("m").since());
                trial.equal("group", Optional.of(GROUP), look.task("m").group());
                trial.equal("since", Optional.empty(), look.task("s").since());
                trial.equal("next", Optional.of(trial.in(3596)), look.task("s").nextProcessAt());
            }),
            ContractCase.of("a task whose lease has expired is orphaned", trial -> {
                var look = new InspectTrial(trial);
                trial.taken("a");
                trial.advance(29);
                trial.equal("orphaned", false, look.task("a").orphaned());
                trial.advance(1);
                trial.equal("orphaned", true, look.task("a").orphaned());
                trial.equal("orphaned", true, only(trial, TaskState.ACTIVE).orphaned());
            }),
            ContractCase.of("of a task that is not there nothing is told", trial -> {
                trial.accept("a");
                var inspection = trial.broker().inspection();
                trial.equal("task", Optional.empty(), trial.answer(inspection.task(QUEUE, "b", trial.now())));
                trial.equal("message", Optional.empty(), trial.answer(inspection.message(QUEUE, "b")));
                trial.equal(
                        "message",
                        trial.take().message(),
                        trial.answer(inspection.message(QUEUE, "a")).orElse(null));
            }),
            ContractCase.of("listings go on where they ended, for every state", trial -> {
                var look = new InspectTrial(trial);
                var ids = IntStream.range(0, 7).mapToObj(i -> "t" + i).toList();
                for (var state : TaskState.values()) {
                    if (state != TaskState.PENDING) {
                        ids.forEach(id -> look.put(state, state.word() + id));
                    }
                }
                ids.forEach(id -> look.put(TaskState.PENDING, "pending" + id));
                for (var state : TaskState.values()) {
                    var expected = ids.stream().map(id -> state.word() + id).toList();
                    for (int limit : new int[] {1, 3, 7, 100}) {
                        trial.equal(state + " by " + limit, expected, look.walk(look.shelf(state), limit));
                    }
                }
            }),
            ContractCase.of("a listing of tasks by time goes on behind one that is gone", trial -> {
                var look = new InspectTrial(trial);
                for (var id : List.of("a", "b", "c", "d", "e", "f")) { // all at the same time
                    look.put(TaskState.SCHEDULED, id);
                }
                var shelf = Shelf.of(QUEUE, TaskState.SCHEDULED);
                var first = look.from(shelf, null, 3);
                look.change(Change.DELETE, "a", "c", "d");
                var second = look.from(shelf, first.next(), 3);
                trial.equal("listed", List.of("e", "f"), InspectTrial.ids(second.tasks()));
                trial.equal("cursor", null, second.next());
            }),
            ContractCase.of("a listing of pending tasks misses none while they are fetched", trial -> {
                var look = new InspectTrial(trial);
                trial.accept("a", "b", "c", "d", "e", "f", "g");
                var shelf = Shelf.of(QUEUE, TaskState.PENDING);
                var first = look.from(shelf, null, 3);
                trial.fetch(2);
                trial.accept("h");
                var second = look.from(shelf, first.next(), 2);
                trial.equal("listed", List.of("d", "e"), InspectTrial.ids(second.tasks()));
                trial.fetch(4);
                var third = look.from(shelf, second.next(), 9);
                trial.isTrue(
                        "at least g and h",
                        InspectTrial.ids(third.tasks()).containsAll(List.of("g", "h")),
                        InspectTrial.ids(third.tasks()));
            }),
            ContractCase.of(
                    "a listing of pending tasks misses none when one of the listed comes again at the end", trial -> {
                        var look = new InspectTrial(trial);
                        trial.accept("a", "b", "c", "d");
                        var shelf = Shelf.of(QUEUE, TaskState.PENDING);
                        var first = look.from(shelf, null, 1);
                        var lease = trial.take();
                        trial.settle(Trial.retried(lease, trial.now()));
                        trial.forward(QUEUE);
                        var second = look.from(shelf, first.next(), 9);
                        trial.equal("listed", List.of("b", "c", "d", "a"), InspectTrial.ids(second.tasks()));
                    }),
            ContractCase.of("a listing of pending tasks goes on behind what is left of those it has listed", trial -> {
                var look = new InspectTrial(trial);
                trial.accept("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
                var shelf = Shelf.of(QUEUE, TaskState.PENDING);
                var first = look.from(shelf, null, 10);
                look.change(Change.DELETE, "b", "c", "d", "e", "f", "g", "h", "i", "j");
                var second = look.from(shelf, first.next(), 9);
                trial.equal("listed", List.of("k", "l"), InspectTrial.ids(second.tasks()));
            }),
            ContractCase.of(
                    "a listing of pending tasks goes on where those were that it has listed and all are gone",
                    trial -> {
                        var look = new InspectTrial(trial);
                        trial.accept("a", "b", "c", "d", "e", "f", "g");
                        var shelf = Shelf.of(QUEUE, TaskState.PENDING);
                        var first = look.from(shelf, null, 2);
                        var second = look.from(shelf, first.next(), 2);
                        look.change(Change.DELETE, "c", "d");
                        var third = look.from(shelf, second.next(), 2);
                        trial.equal("listed", List.of("e", "f"), InspectTrial.ids(third.tasks()));
                        look.change(Change.ARCHIVE, "e", "f");
                        var fourth = look.from(shelf, third.next(), 2);
                        trial.equal("listed", List.of("g"), InspectTrial.ids(fourth.tasks()));
                    }),
            ContractCase.of("servers are shown with what they work on, until they are silent", trial -> {
                var lease = trial.taken("a");
                var server = server(trial, "one", 5);
                var other = server(trial, "other", 9);
                var worker = new WorkerInfo(lease, trial.now(), trial.in(60));
                trial.broker().announce(server, List.of(worker), trial.now(), TTL);
                trial.broker().announce(other, List.of(), trial.now(), TTL);
                var running = new ServerStatus.Running(
                        "a", QUEUE, "type", lease.message().payload(), trial.now(), trial.in(60));
                trial.equal(
                        "servers",
                        List.of(new ServerStatus(other, List.of()), new ServerStatus(server, List.of(running))),
                        trial.answer(trial.broker().inspection().servers(trial.now())));
                trial.broker().leave(other);
                trial.equal(
                        "number of servers",
                        1,
                        trial.answer(trial.broker().inspection().servers(trial.now()))
                                .size());
                trial.advance(21);
                trial.equal(
                        "servers",
                        List.of(),
                        trial.answer(trial.broker().inspection().servers(trial.now())));
            }),
            ContractCase.of("the entries of schedulers that live are shown", trial -> {
                var entry = new SchedulerEntry(
                        "e", "@every 1h", "tick", Payload.none(), List.of("Queue(\"low\")"), trial.in(5), null);
                trial.broker().announceScheduler(new SchedulerInfo("host", 1, "one"), List.of(entry), trial.now(), TTL);
                var inspection = trial.broker().inspection();
                trial.equal("entries", List.of(entry), trial.answer(inspection.schedulerEntries(trial.now())));
                trial.advance(21);
                trial.equal("entries", List.of(), trial.answer(inspection.schedulerEntries(trial.now())));
            }),
            ContractCase.of("what an entry did is told, the latest first", trial -> {
                var events = IntStream.range(0, 5)
                        .mapToObj(i -> new SchedulerEvent("task" + i, trial.in(i)))
                        .toList();
                trial.broker()
                        .recordEvents(events.stream()
                                .map(event -> new Recorded("e", event, Duration.ofDays(1)))
                                .toList());
                var inspection = trial.broker().inspection();
                trial.equal(
                        "events",
                        List.of(events.get(4), events.get(3)),
                        trial.answer(inspection.schedulerEvents("e", 0, 2)));
                trial.equal("events", List.of(events.get(0)), trial.answer(inspection.schedulerEvents("e", 4, 2)));
                trial.equal("events", List.of(), trial.answer(inspection.schedulerEvents("f", 0, 2)));
            }),
            ContractCase.of("looking at another queue of the same ids shows that one's tasks", trial -> {
                trial.accept(
                        trial.place("a"), trial.place("a", options().queue(LOW).processIn(Duration.ofHours(1))));
                var inspection = trial.broker().inspection();
                trial.equal(
                        "state",
                        TaskState.SCHEDULED,
                        trial.answer(inspection.task(LOW, "a", trial.now()))
                                .orElseThrow()
                                .state());
                trial.equal(
                        "state",
                        TaskState.PENDING,
                        new InspectTrial(trial).task("a").state());
            }));

    private static TaskInfo only(Trial trial, TaskState state) {
        var listed = trial.answer(trial.broker().inspection().list(Shelf.of(QUEUE, state), 0, 10, trial.now()));
        trial.equal("number of " + state + " tasks listed", 1, listed.size());
        return listed.get(0);
    }

    private static void pause(Trial trial, boolean paused, boolean changes) {
        trial.equal(
                "changed by pausing: " + paused,
                changes,
                trial.answer(trial.broker().inspection().pause(QUEUE, paused, trial.now())));
    }

    private static LocalDate day(Trial trial) {
        return LocalDate.ofInstant(trial.now(), ZoneOffset.UTC);
    }

    private static ServerInfo server(Trial trial, String id, int secondsAgo) {
        return new ServerInfo("host", 1, id, 10, Map.of(QUEUE, 1), false, "active", trial.in(-secondsAgo), 1);
    }
}
