package io.asynq4j.testing.contract;

import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.spi.Schedules.Recorded;
import io.asynq4j.task.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What schedulers show, and what is stored for them. */
final class SchedulerCases {
    private static final Duration TTL = Duration.ofSeconds(20);
    private static final SchedulerInfo ONE = new SchedulerInfo("host", 1, "one");
    private static final SchedulerInfo OTHER = new SchedulerInfo("host", 2, "other");

    private SchedulerCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("a scheduler's entries are shown as they were announced last, until it leaves", trial -> {
                var broker = trial.broker();
                broker.announceScheduler(ONE, List.of(entry("a", trial.in(5)), entry("b", null)), trial.now(), TTL);
                broker.announceScheduler(OTHER, List.of(entry("c", null)), trial.now(), TTL);
                broker.announceScheduler(ONE, List.of(entry("b", null), entry("d", null)), trial.now(), TTL);
                trial.equal(
                        "entries",
                        Set.of(entry("b", null), entry("c", null), entry("d", null)),
                        Set.copyOf(trial.view().schedulerEntries()));
                broker.leaveScheduler(ONE);
                broker.leaveScheduler(ONE);
                trial.equal("entries", List.of(entry("c", null)), trial.view().schedulerEntries());
            }),
            ContractCase.of("a scheduler that is silent is forgotten", trial -> {
                trial.broker().announceScheduler(ONE, List.of(entry("a", null)), trial.now(), TTL);
                trial.advance(15);
                trial.equal("entries", 1, trial.view().schedulerEntries().size());
                trial.advance(6);
                trial.equal("entries", List.of(), trial.view().schedulerEntries());
            }),
            ContractCase.of("one scheduler leads in each scope, until it gives that up or falls silent", trial -> {
                lead(trial, "a", ONE, TTL, true);
                lead(trial, "a", OTHER, TTL, false);
                lead(trial, "b", OTHER, TTL, true);
                trial.advance(15);
                lead(trial, "a", ONE, TTL, true);
                trial.advance(15);
                lead(trial, "a", OTHER, TTL, false);
                trial.advance(6);
                lead(trial, "a", OTHER, TTL, true);
                lead(trial, "a", ONE, Duration.ZERO, false);
                lead(trial, "a", ONE, TTL, false);
                lead(trial, "a", OTHER, Duration.ZERO, false);
                lead(trial, "a", ONE, TTL, true);
            }),
            ContractCase.of("the last thousand events of an entry are kept", trial -> {
                var events = LongStream.rangeClosed(1, 1_005)
                        .mapToObj(n -> new SchedulerEvent("task-" + n, trial.in(n)))
                        .toList();
                trial.broker()
                        .recordEvents(events.stream()
                                .map(event -> new Recorded("a", event, Duration.ofDays(1)))
                                .toList());
                trial.broker().recordEvents(List.of(new Recorded("b", events.get(0), Duration.ofDays(1))));
                trial.equal("events", events.subList(5, 1_005), trial.view().schedulerEvents("a"));
                trial.equal("events", events.subList(0, 1), trial.view().schedulerEvents("b"));
            }),
            ContractCase.of("periodic tasks are stored by their id, and taken away once", trial -> {
                var broker = trial.broker();
                broker.storePeriodic(entry("a", null));
                broker.storePeriodic(entry("b", null));
                var changed = new SchedulerEntry("a", "@hourly", "other", Payload.none(), List.of(), null, null);
                broker.storePeriodic(changed);
                trial.equal("stored", Set.of(changed, entry("b", null)), Set.copyOf(broker.storedPeriodic()));
                trial.equal("taken away", true, broker.unstorePeriodic("a"));
                trial.equal("taken away", false, broker.unstorePeriodic("a"));
                trial.equal("stored", List.of(entry("b", null)), broker.storedPeriodic());
            }));

    private static void lead(Trial trial, String scope, SchedulerInfo who, Duration lease, boolean expected) {
        trial.equal(who + " leads in " + scope, expected, trial.broker().lead(scope, who, lease));
    }

    private static SchedulerEntry entry(String id, @Nullable Instant next) {
        return new SchedulerEntry(
                id, "@daily", "report", Payload.ofUtf8("{}"), List.of("Queue(\"low\")", "MaxRetry(3)"), next, null);
    }
}
