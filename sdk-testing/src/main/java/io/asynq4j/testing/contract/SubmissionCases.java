package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.LOW;
import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Placement;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Taking in tasks. */
final class SubmissionCases {
    private static final Duration HOUR = Duration.ofHours(1);

    private SubmissionCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of(
                    "a submitted task is pending from the time of its placement, and its queue is known", trial -> {
                        trial.accept("a");
                        trial.holds(TaskState.PENDING, "a");
                        trial.equal(
                                "pending since",
                                trial.now(),
                                trial.only(TaskState.PENDING).time());
                        trial.equal("queues", Set.of(QUEUE), trial.view().queues());
                    }),
            ContractCase.of("a scheduled task waits for its time, and its queue is known", trial -> {
                trial.accept(trial.place("a", options().processIn(HOUR)));
                trial.holds(TaskState.SCHEDULED, "a");
                trial.equal(
                        "due", trial.in(3600), trial.only(TaskState.SCHEDULED).time());
                trial.equal("tasks fetched", List.of(), trial.fetch(1));
                trial.equal("queues", Set.of(QUEUE), trial.view().queues());
            }),
            ContractCase.of("a grouped task waits in its group, and its group is known", trial -> {
                trial.accept(trial.place("a", options().group("mails")));
                trial.holds(TaskState.AGGREGATING, "a");
                trial.equal(
                        "in the group since",
                        trial.now(),
                        trial.only(TaskState.AGGREGATING).time());
                trial.equal(
                        "tasks of the group",
                        1,
                        trial.view().aggregating(QUEUE, "mails").size());
                trial.equal("groups", Set.of("mails"), trial.view().groups(QUEUE));
                trial.equal("tasks fetched", List.of(), trial.fetch(1));
            }),
            ContractCase.of(
                    "a unique task goes where one goes that is not: pending, scheduled or to its group", trial -> {
                        trial.accept(
                                trial.place("pending", options().uniqueFor(HOUR)),
                                trial.place(
                                        "scheduled", options().uniqueFor(HOUR).processIn(HOUR)),
                                trial.place("grouped", options().uniqueFor(HOUR).group("mails")));
                        trial.holds(TaskState.PENDING, "pending");
                        trial.holds(TaskState.SCHEDULED, "scheduled");
                        trial.holds(TaskState.AGGREGATING, "grouped");
                    }),
            ContractCase.of("every part of a task comes back as it was given", trial -> {
                var deadline = trial.in(86_400);
                var given = trial.place(
                        Task.of("email:welcome", Payload.ofUtf8("{\"user\":42}")),
                        options()
                                .taskId("a")
                                .queue(LOW)
                                .maxRetry(7)
                                .timeout(Duration.ofSeconds(90))
                                .deadline(deadline)
                                .retention(HOUR)
                                .headers(Map.of("trace", "0af7", "tenant", "42")));
                trial.accept(given);
                comesBack(trial, given, trial.take(LOW).message());
            }),
            ContractCase.of("a task with nothing set comes back with the defaults of its message", trial -> {
                var given = trial.place(Task.of("email:welcome"), options());
                trial.accept(given);
                comesBack(trial, given, trial.take().message());
            }),
            ContractCase.of("the ends of every range come back", trial -> {
                var least = trial.place("least", options().maxRetry(0).timeout(Duration.ofSeconds(1)));
                var most = trial.place(
                        "most",
                        options()
                                .maxRetry(Integer.MAX_VALUE)
                                .timeout(Duration.ofDays(36_500))
                                .deadline(Instant.parse("9999-12-31T23:59:59Z"))
                                .retention(Duration.ofDays(36_500)));
                trial.accept(least, most);
                comesBack(trial, least, trial.take().message());
                comesBack(trial, most, trial.take().message());
            }),
            ContractCase.of("a payload may be missing or empty, and is empty when it comes back", trial -> {
                trial.accept(
                        trial.place(Task.of("type"), options().taskId("none")),
                        trial.place(
                                Task.of("type", Payload.of(new byte[0])),
                                options().taskId("empty")));
                for (var lease : trial.fetch(2)) {
                    trial.equal(
                            "size of the payload of " + lease.id(),
                            0,
                            lease.message().payload().size());
                }
            }),
            ContractCase.of("a payload of 1 MiB of bytes of every value comes back byte for byte", trial -> {
                var bytes = new byte[1 << 20];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (i * 31 + (i >> 8));
                }
                var given = trial.place(Task.of("type", Payload.of(bytes)), options());
                trial.accept(given);
                comesBack(trial, given, trial.take().message());
            }),
            ContractCase.of("names in any script come back as they were given", trial -> {
                var given = trial.place(
                        Task.of("почта:приветствие", Payload.ofUtf8("日本語")),
                        options()
                                .taskId("ταυτότητα-🚀")
                                .queue("队列 ñ")
                                .header("عنوان", "🏷️ value\n\t\"quoted\" %s \\ ")
                                .retention(HOUR));
                trial.accept(given);
                trial.equal("queues", Set.of("队列 ñ"), trial.view().queues());
                var lease = trial.take("队列 ñ");
                comesBack(trial, given, lease.message());
                trial.settle(Trial.archived(lease));
                trial.equal("archived", List.of("ταυτότητα-🚀"), trial.ids("队列 ñ", TaskState.ARCHIVED));
            }),
            ContractCase.of(
                    "names may hold what keys are made of: colons, dots, spaces, asterisks, state names", trial -> {
                        var odd = List.of(
                                "a:b", "t:x", "pending", "g:mails", "a b", "*", "[a-z]", "1", "-1", "unique:x", "0x10");
                        var given = odd.stream()
                                .map(name -> trial.place(
                                        Task.of(name, Payload.ofUtf8(name)),
                                        options().taskId(name).queue(name)))
                                .toList();
                        trial.accept(given);
                        for (var placement : given) {
                            comesBack(
                                    trial,
                                    placement,
                                    trial.take(placement.message().queue()).message());
                        }
                    }),
            ContractCase.of("groups of odd names do not mix", trial -> {
                var names = List.of("mails", "mails:1", "g:mails", "почта", "a b");
                trial.accept(names.stream()
                        .map(group -> trial.place("in " + group, options().group(group)))
                        .toList());
                trial.equal("groups", Set.copyOf(names), trial.view().groups(QUEUE));
                for (var group : names) {
                    trial.equal(
                            "tasks of group " + group,
                            List.of("in " + group),
                            trial.view().aggregating(QUEUE, group).stream()
                                    .map(stored -> stored.id())
                                    .toList());
                }
            }),
            ContractCase.of("headers may be empty, many, and named like anything", trial -> {
                var headers = new HashMap<String, String>();
                IntStream.range(0, 200).forEach(n -> headers.put("name-" + n, "value ".repeat(n)));
                headers.put("", "no name");
                headers.put("no value", "");
                var given = trial.place("a", options().headers(headers));
                trial.accept(given);
                comesBack(trial, given, trial.take().message());
            }),
            ContractCase.of("what a newer writer put into a record stays in it", trial -> {
                var plain = trial.place("a");
                // Field 200 with the number 5, in the encoding of the wire.
                var newer = withUnknown(plain, Payload.of(new byte[] {(byte) 0xC0, 0x0C, 0x05}));
                trial.accept(newer);
                trial.settle(Trial.retried(trial.take(), trial.now()));
                trial.forward(QUEUE);
                trial.equal(
                        "unknown fields",
                        newer.message().unknown(),
                        trial.take().message().unknown());
            }),
            ContractCase.of("the outcome tells the task as it was stored", trial -> {
                var placements = List.of(
                        trial.place("pending", options().header("trace", "0af7")),
                        trial.place("scheduled", options().processIn(HOUR).queue(LOW)),
                        trial.place("grouped", options().group("mails").retention(HOUR)));
                var outcomes = trial.submit(placements);
                for (int i = 0; i < placements.size(); i++) {
                    trial.equal(
                            "outcome",
                            new EnqueueOutcome.Accepted(placements.get(i).info()),
                            outcomes.get(i));
                }
            }),
            ContractCase.of(
                    "one submission may hold tasks of several queues and states, each of which is stored", trial -> {
                        trial.accept(
                                trial.place("a"),
                                trial.place("b", options().queue(LOW)),
                                trial.place("c", options().processIn(HOUR)),
                                trial.place("d", options().queue(LOW).group("mails")),
                                trial.place("e"));
                        trial.holds(TaskState.PENDING, "a", "e");
                        trial.holds(TaskState.SCHEDULED, "c");
                        trial.equal("pending in low", List.of("b"), trial.ids(LOW, TaskState.PENDING));
                        trial.equal("aggregating in low", List.of("d"), trial.ids(LOW, TaskState.AGGREGATING));
                        trial.equal("queues", Set.of(QUEUE, LOW), trial.view().queues());
                    }),
            ContractCase.of("1,000 tasks may be submitted at once, and keep their order", trial -> {
                var placements = IntStream.range(0, 1_000)
                        .mapToObj(n -> trial.place("task-" + n))
                        .toList();
                trial.accept(placements);
                trial.equal(
                        "tasks fetched",
                        placements.stream()
                                .map(placement -> placement.message().id())
                                .toList(),
                        Trial.ids(trial.fetch(2_000)));
            }),
            ContractCase.of("nothing submitted is nothing answered, and nothing stored", trial -> {
                trial.equal("outcomes", List.of(), trial.submit());
                trial.equal("queues", Set.of(), trial.view().queues());
            }));

    /** All of the message, except for the lock's name and whether an empty payload is one. */
    static void comesBack(Trial trial, Placement given, TaskMessage actual) {
        var expected = given.message();
        trial.equal("type", expected.type(), actual.type());
        trial.equal("id", expected.id(), actual.id());
        trial.equal("queue", expected.queue(), actual.queue());
        trial.equal(
                "payload",
                Payload.of(expected.payload().bytes()),
                Payload.of(actual.payload().bytes()));
        trial.equal("headers", expected.headers(), actual.headers());
        trial.equal("limits", expected.limits(), actual.limits());
        trial.equal("group", expected.group(), actual.group());
        trial.equal("progress", expected.progress(), actual.progress());
    }

    private static Placement withUnknown(Placement placement, Payload unknown) {
        var m = placement.message();
        var message = new TaskMessage(
                m.type(),
                m.payload(),
                m.id(),
                m.queue(),
                m.headers(),
                m.limits(),
                m.uniqueKey(),
                m.group(),
                m.progress(),
                unknown);
        return new Placement(message, placement.state(), placement.at(), placement.lockFor(), placement.lockOn());
    }
}
