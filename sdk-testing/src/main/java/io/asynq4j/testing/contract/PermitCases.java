package io.asynq4j.testing.contract;

import java.time.Instant;
import java.util.List;

/** Permits that are limited in number. */
final class PermitCases {
    private static final String SCOPE = "mail-api";

    private PermitCases() {}

    static final List<ContractCase> CASES = List.of(
            ContractCase.of("no more permits are given than there are, and one that is given back is free", trial -> {
                acquire(trial, "a", 2, true);
                acquire(trial, "b", 2, true);
                acquire(trial, "c", 2, false);
                release(trial, "a", true);
                acquire(trial, "c", 2, true);
                acquire(trial, "a", 2, false);
            }),
            ContractCase.of("a permit is given back once, and by nobody who has none", trial -> {
                release(trial, "a", false);
                acquire(trial, "a", 1, true);
                release(trial, "b", false);
                acquire(trial, "b", 1, false);
                release(trial, "a", true);
                release(trial, "a", false);
            }),
            ContractCase.of("who has a permit and asks again keeps the one it has, also when all are taken", trial -> {
                acquire(trial, "a", 2, true);
                acquire(trial, "a", 2, true);
                acquire(trial, "b", 2, true);
                acquire(trial, "a", 2, true);
                acquire(trial, "c", 2, false);
                release(trial, "a", true);
                acquire(trial, "c", 2, true);
            }),
            ContractCase.of("a permit is free a second after its time is over, and not before", trial -> {
                acquire(trial, "a", 1, true);
                trial.advance(60);
                acquire(trial, "b", 1, false);
                trial.advance(1);
                acquire(trial, "b", 1, true);
                acquire(trial, "a", 1, false);
            }),
            ContractCase.of("who asks again has the permit for longer", trial -> {
                acquire(trial, "a", 1, true);
                trial.advance(40);
                acquire(trial, "a", 1, true);
                trial.advance(60);
                acquire(trial, "b", 1, false);
                trial.advance(1);
                acquire(trial, "b", 1, true);
            }),
            ContractCase.of(
                    "a permit that was taken again for longer is not given back by an attempt before", trial -> {
                        acquire(trial, "a", 1, true);
                        var before = trial.in(60);
                        trial.advance(40);
                        acquire(trial, "a", 1, true);
                        var later = trial.in(60);
                        trial.equal("released before", false, release(trial, "a", before));
                        acquire(trial, "b", 1, false);
                        trial.equal("released later", true, release(trial, "a", later));
                        acquire(trial, "b", 1, true);
                    }),
            ContractCase.of("scopes have nothing to do with each other", trial -> {
                acquire(trial, "a", 1, true);
                trial.equal(
                        "acquired in another scope",
                        true,
                        trial.answer(trial.broker().acquirePermit("other", "b", 1, trial.in(60), trial.now())));
                release(trial, "b", false);
                acquire(trial, "b", 1, false);
            }),
            ContractCase.of("who knows of fewer permits gets none while more are taken", trial -> {
                acquire(trial, "a", 3, true);
                acquire(trial, "b", 3, true);
                acquire(trial, "c", 1, false);
                acquire(trial, "c", 3, true);
            }));

    private static void acquire(Trial trial, String holder, int permits, boolean expected) {
        trial.equal(
                "acquired by " + holder,
                expected,
                trial.answer(trial.broker().acquirePermit(SCOPE, holder, permits, trial.in(60), trial.now())));
    }

    private static void release(Trial trial, String holder, boolean expected) {
        trial.equal("released by " + holder, expected, release(trial, holder, trial.in(60)));
    }

    private static boolean release(Trial trial, String holder, Instant expiresAt) {
        return trial.answer(trial.broker().releasePermit(SCOPE, holder, expiresAt));
    }
}
