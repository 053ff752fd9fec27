package io.asynq4j.server;

import io.asynq4j.spi.Demand.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Which queues to ask for how many tasks. Used by the fetcher's thread only. */
final class QueueOrder {
    private final List<Weighted> queues;
    private final int sum;
    private final boolean strict;
    private final RandomGenerator random;

    /** Weights are positive. With {@code strict} a queue is asked only when all of more weight have nothing. */
    QueueOrder(Map<String, Integer> weights, boolean strict, RandomGenerator random) {
        this.queues = weights.entrySet().stream()
                .map(queue -> new Weighted(queue.getKey(), queue.getValue()))
                .sorted(Comparator.comparingInt(Weighted::weight).reversed().thenComparing(Weighted::name))
                .toList();
        this.sum = queues.stream().mapToInt(Weighted::weight).sum();
        this.strict = strict;
        this.random = random;
    }

    /** The queues in the order to ask them, with shares that sum up to {@code wanted}. */
    List<Share> shares(int wanted) {
        if (strict || queues.size() == 1) {
            var shares = new ArrayList<Share>(queues.size());
            for (var queue : queues) {
                shares.add(new Share(queue.name, shares.isEmpty() ? wanted : 0));
            }
            return shares;
        }
        var drawn = new int[queues.size()];
        for (int i = 0; i < wanted; i++) {
            drawn[draw()]++;
        }
        return inRandomOrder(drawn);
    }

    /** One queue, each with the probability of its weight. */
    private int draw() {
        int ticket = random.nextInt(sum);
        int queue = 0;
        while (ticket >= queues.get(queue).weight) {
            ticket -= queues.get(queue).weight;
            queue++;
        }
        return queue;
    }

    /**
     * Sorted by a random key that puts each queue first with the probability of its weight, then so among the rest
     * (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006): what is left over is given fairly too.
     */
    private List<Share> inRandomOrder(int[] drawn) {
        record Keyed(Share share, double key) {}
        var keyed = new ArrayList<Keyed>(drawn.length);
        for (int i = 0; i < drawn.length; i++) {
            var queue = queues.get(i);
            keyed.add(new Keyed(new Share(queue.name, drawn[i]), Math.log(1 - random.nextDouble()) / queue.weight));
        }
        keyed.sort(Comparator.comparingDouble(Keyed::key).reversed());
        return keyed.stream().map(Keyed::share).toList();
    }

    private record Weighted(String name, int weight) {}
}
