package io.asynq4j.spi;

import java.time.Instant;
import java.util.List;

/**
 * What a server could start right now.
 *
 * <p>Each queue first gives up to its share, in order; what is then missing is taken from the queues in the same order,
 * whatever their share. Paused queues give nothing.
 *
 * @param shares the queues in the order to ask them, each once; the sum of shares is what is wanted, at least 1
 * @param now the time it is, for what is set aside
 * @param leaseUntil until when the tasks are ours
 * @param attempt the name of the attempts made of them
 */
public record Demand(List<Share> shares, Instant now, Instant leaseUntil, String attempt) {
    /** Copies the shares. */
    public Demand {
        shares = List.copyOf(shares);
        if (shares.isEmpty() || shares.stream().mapToInt(Share::tasks).sum() < 1) {
            throw new IllegalArgumentException("a demand asks for at least one task: " + shares);
        }
    }

    /** The same demand, later on and for longer. */
    public Demand again(Instant now, Instant leaseUntil) {
        return new Demand(shares, now, leaseUntil, attempt);
    }

    /** How many tasks are wanted in all. */
    public int wanted() {
        return shares.stream().mapToInt(Share::tasks).sum();
    }

    /**
     * How many tasks a queue is asked for first.
     *
     * @param tasks zero or more
     */
    public record Share(String queue, int tasks) {
        /** Checks. */
        public Share {
            if (tasks < 0) {
                throw new IllegalArgumentException("share of queue " + queue + " must not be negative: " + tasks);
            }
        }
    }
}
