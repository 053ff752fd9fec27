package io.asynq4j.testing.contract;

import java.util.function.Consumer;

/**
 * One promise of every broker.
 *
 * @param name the promise, as a sentence
 * @param body what shows whether it is kept
 */
public record ContractCase(String name, Consumer<BrokerFixture> body) {
    static ContractCase of(String name, Consumer<Trial> body) {
        return new ContractCase(name, fixture -> body.accept(new Trial(fixture)));
    }

    /**
     * Puts the broker of {@code fixture} to the case.
     *
     * @param fixture a fresh one; not closed here
     * @throws AssertionError when the promise is broken, with what was there
     */
    public void check(BrokerFixture fixture) {
        body.accept(fixture);
    }

    /** The promise. */
    @Override
    public String toString() {
        return name;
    }
}
