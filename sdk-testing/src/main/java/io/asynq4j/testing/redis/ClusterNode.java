package io.asynq4j.testing.redis;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What one server of a cluster says of a server, maybe of itself.
 *
 * @param primary the id of the server that it is a replica of, or {@code -}
 * @param slots those it serves, as ranges such as {@code 0-5460}
 */
record ClusterNode(String id, int port, Set<String> flags, String primary, long epoch, List<String> slots) {
    private static final Set<String> UNWELL = Set.of("fail", "fail?", "handshake", "noaddr");

    /** All that {@code asked} knows. */
    static List<ClusterNode> known(RedisForTests asked) {
        return String.valueOf(asked.ask("CLUSTER", "NODES"))
                .lines()
                .map(ClusterNode::of)
                .toList();
    }

    /** What {@code asked} says of itself. */
    static ClusterNode self(RedisForTests asked) {
        return known(asked).stream()
                .filter(node -> node.flags().contains("myself"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(asked + " does not know itself"));
    }

    boolean isPrimary() {
        return flags.contains("master");
    }

    boolean isWell() {
        return flags.stream().noneMatch(UNWELL::contains);
    }

    boolean serves(int slot) {
        return slots.stream().anyMatch(range -> {
            var ends = range.split("-", 2);
            int first = Integer.parseInt(ends[0]);
            return slot >= first && slot <= (ends.length == 1 ? first : Integer.parseInt(ends[1]));
        });
    }

    private static ClusterNode of(String line) {
        var words = Arrays.asList(line.split(" "));
        var address = words.get(1);
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1, address.indexOf('@')));
        var slots = words.subList(8, words.size()).stream()
                .filter(range -> !range.startsWith("[")) // slots on their way
                .toList();
        var flags = Set.copyOf(Arrays.asList(words.get(2).split(",")));
        return new ClusterNode(words.get(0), port, flags, words.get(3), Long.parseLong(words.get(6)), slots);
    }
}
