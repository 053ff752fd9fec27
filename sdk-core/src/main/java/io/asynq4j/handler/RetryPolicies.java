package io.asynq4j.handler;

import io.asynq4j.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The retry policies there are, as values. */
final class RetryPolicies {
    private RetryPolicies() {}

    static Duration notNegative(String what, Duration value) {
        if (Objects.requireNonNull(value, what).isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + value);
        }
        return value;
    }

    /** Another policy with something changed. */
    private interface Wrapper extends RetryPolicy {
        RetryPolicy inner(Task task);

        @Override
        default Duration delay(int retried, Throwable failure, Task task, RandomGenerator random) {
            return inner(task).delay(retried, failure, task, random);
        }

        @Override
        default boolean retries(Throwable failure, Task task) {
            return inner(task).retries(failure, task);
        }

        @Override
        default Optional<Duration> period(Task task) {
            return inner(task).period(task);
        }
    }

    record Limited(RetryPolicy policy, Duration most) implements Wrapper {
        @Override
        public RetryPolicy inner(Task task) {
            return policy;
        }

        @Override
        public Optional<Duration> period(Task task) {
            var own = policy.period(task);
            return own.isPresent() && own.get().compareTo(most) < 0 ? own : Optional.of(most);
        }
    }

    record Choosy(RetryPolicy policy, Class<? extends Throwable> never) implements Wrapper {
        Choosy {
            Objects.requireNonNull(never, "type of failure");
        }

        @Override
        public RetryPolicy inner(Task task) {
            return policy;
        }

        @Override
        public boolean retries(Throwable failure, Task task) {
            return Causes.find(never, failure) == null && policy.retries(failure, task);
        }
    }

    record ByType(Map<String, RetryPolicy> policies, RetryPolicy others) implements Wrapper {
        ByType {
            policies = Map.copyOf(policies);
            Objects.requireNonNull(others, "policy for others");
        }

        @Override
        public RetryPolicy inner(Task task) {
            return policies.getOrDefault(task.type(), others);
        }
    }

    record Listed(List<Duration> delays) implements RetryPolicy {
        Listed {
            delays = List.copyOf(delays);
            if (delays.isEmpty()) {
                throw new IllegalArgumentException("a list of retry delays must not be empty");
            }
            delays.forEach(delay -> notNegative("retry delay", delay));
        }

        @Override
        public Duration delay(int retried, Throwable failure, Task task, RandomGenerator random) {
            return delays.get(Math.max(0, Math.min(retried, delays.size() - 1)));
        }
    }

    record Exponential(Duration base, Duration cap) implements RetryPolicy {
        Exponential {
            if (notNegative("retry base", base).isZero()) {
                throw new IllegalArgumentException("retry base must be more than zero: " + base);
            }
            if (cap.compareTo(base) < 0) {
                throw new IllegalArgumentException("retry cap must not be less than the base, " + base + ": " + cap);
            }
        }

        @Override
        public Duration delay(int retried, Throwable failure, Task task, RandomGenerator random) {
            var most = base;
            for (int n = 0; n < retried && most.compareTo(cap) < 0; n++) { // ends soon: each step doubles
                most = most.plus(most);
            }
            most = most.compareTo(cap) < 0 ? most : cap;
            double seconds = (most.getSeconds() + most.getNano() / 1e9) * random.nextDouble();
            return Duration.ofSeconds((long) seconds, (long) ((seconds - (long) seconds) * 1e9));
        }
    }
}
