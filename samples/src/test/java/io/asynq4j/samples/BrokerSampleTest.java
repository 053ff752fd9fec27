package io.asynq4j.samples;

import io.asynq4j.spi.Broker;
import io.asynq4j.testing.BrokerView;
import io.asynq4j.testing.InMemoryBroker;
import io.asynq4j.testing.VirtualTime;
import io.asynq4j.testing.contract.BrokerContract;
import io.asynq4j.testing.contract.BrokerFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** How whoever writes a broker shows that it keeps every promise; the one in memory stands for it here. */
class BrokerSampleTest {
    @TestFactory
    Stream<DynamicTest> keepsEveryPromise() {
        return BrokerContract.cases().stream()
                .map(promise -> DynamicTest.dynamicTest(promise.name(), () -> {
                    try (var fixture = new MyFixture()) {
                        promise.check(fixture);
                    }
                }));
    }

    /** A broker that is empty, what it holds, and a time that tests can move. */
    private static final class MyFixture implements BrokerFixture {
        private final VirtualTime time = VirtualTime.startingAt(Instant.parse("2026-11-21T06:00:00Z"));
        private final InMemoryBroker broker = InMemoryBroker.on(time);

        @Override
        public Broker broker() {
            return broker;
        }

        @Override
        public BrokerView view() {
            return broker;
        }

        @Override
        public Instant now() {
            return time.instant();
        }

        @Override
        public void advance(Duration duration) {
            time.advance(duration);
        }

        @Override
        public void pause(String queue) {
            broker.pause(queue);
        }

        @Override
        public void unpause(String queue) {
            broker.unpause(queue);
        }

        @Override
        public void close() {
            broker.close();
        }
    }
}
