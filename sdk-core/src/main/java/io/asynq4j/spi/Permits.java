package io.asynq4j.spi;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** A limited number of permits for each scope, shared by all who know its name. */
public interface Permits {
    /**
     * Takes a permit, if fewer than {@code permits} are taken; whoever has one keeps that one, for as long as it says now.
     *
     * @param holder who has it from then on, one at most
     * @param expiresAt when it is free again at the latest; a fraction of a second is rounded up
     * @param now by which permits of others are free again: those that expired a second ago or more
     * @return whether {@code holder} has a permit now. Fails with {@link io.asynq4j.task.BrokerUnavailableException} when no
     *     answer came; it may then have one or not
     */
    CompletionStage<Boolean> acquirePermit(String scope, String holder, int permits, Instant expiresAt, Instant now);

    /**
     * Gives the permit of {@code holder} back, if it is not one for longer than {@code expiresAt}: that is a later attempt's.
     *
     * @param expiresAt for how long the permit was taken that is given back; a fraction of a second is rounded up
     * @return whether it was given back. Fails with {@link io.asynq4j.task.BrokerUnavailableException} when no answer came
     */
    CompletionStage<Boolean> releasePermit(String scope, String holder, Instant expiresAt);
}
