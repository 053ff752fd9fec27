package io.asynq4j.testing.contract;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every broker promises. Whoever writes one runs all of it, each case on a fresh fixture. */
public final class BrokerContract {
    private BrokerContract() {}

    /** All cases, in no order that matters. */
    public static List<ContractCase> cases() {
        return topics().values().stream().flatMap(List::stream).toList();
    }

    /** All cases by what they are about, which is one word or a few. */
    public static Map<String, List<ContractCase>> topics() {
        var topics = new LinkedHashMap<String, List<ContractCase>>();
        topics.put("Submitting", SubmissionCases.CASES);
        topics.put("Refusing", RefusalCases.CASES);
        topics.put("Unique tasks", UniquenessCases.CASES);
        topics.put("Fetching", FetchingCases.CASES);
        topics.put("Settling", SettlementCases.CASES);
        topics.put("Snoozing", SnoozeCases.CASES);
        topics.put("Holding", HoldingCases.CASES);
        topics.put("Recovering", RecoveryCases.CASES);
        topics.put("Forwarding", ForwardingCases.CASES);
        topics.put("Groups that are due", DueGroupCases.CASES);
        topics.put("Aggregating", AggregationCases.CASES);
        topics.put("Retention and archive", RetentionCases.CASES);
        topics.put("Leases and servers", PresenceCases.CASES);
        topics.put("Cancelling", SignalCases.CASES);
        topics.put("Results", ResultCases.CASES);
        topics.put("Permits", PermitCases.CASES);
        topics.put("Periodic tasks", PeriodicCases.CASES);
        topics.put("Schedulers", SchedulerCases.CASES);
        topics.put("Waking up", WakeUpCases.CASES);
        topics.put("Looking", LookingCases.CASES);
        topics.put("Moving by hand", ChangeCases.CASES);
        topics.put("Examining", ExaminationCases.CASES);
        return Collections.unmodifiableMap(topics);
    }
}
