package io.asynq4j.testing.contract;

import java.util.List;
import java.util.stream.Stream;

/** What every broker promises. Whoever writes one runs all of it, each case on a fresh fixture. */
public final class BrokerContract {
    private BrokerContract() {}

    /** All cases, in no order that matters. */
    public static List<ContractCase> cases() {
        return Stream.of(
                        SubmissionCases.CASES,
                        RefusalCases.CASES,
                        UniquenessCases.CASES,
                        FetchingCases.CASES,
                        SettlementCases.CASES,
                        SnoozeCases.CASES,
                        HoldingCases.CASES,
                        RecoveryCases.CASES,
                        ForwardingCases.CASES,
                        DueGroupCases.CASES,
                        AggregationCases.CASES,
                        RetentionCases.CASES,
                        PresenceCases.CASES,
                        SignalCases.CASES,
                        ResultCases.CASES,
                        PermitCases.CASES,
                        PeriodicCases.CASES,
                        SchedulerCases.CASES,
                        WakeUpCases.CASES)
                .flatMap(List::stream)
                .toList();
    }
}
