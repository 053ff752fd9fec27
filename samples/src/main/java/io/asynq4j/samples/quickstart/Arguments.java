package io.asynq4j.samples.quickstart;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the program was told.
 *
 * @param help whether to say how it is used, and nothing else
 * @param redis the URI of the Redis to use; null for one of its own
 */
record Arguments(boolean help, @Nullable String redis) {
    static final String USAGE = String.join(
            System.lineSeparator(),
            "usage: quickstart [--redis URI]",
            "  --redis URI   use this Redis, such as redis://localhost:6379 or rediss://user:password@host:6380/2,",
            "                and its queues critical, default and low; without it, one is started for this run",
            "  --help        show this",
            "By Maven: mvn -q -pl samples -am compile exec:java -Dexec.args=\"--redis redis://localhost:6379\"");

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException when it is wrong; the message tells why
     */
    static Arguments parse(List<String> words) {
        String redis = null;
        var rest = words.iterator();
        while (rest.hasNext()) {
            var word = rest.next();
            if (word.equals("--help")) {
                return new Arguments(true, null);
            }
            if (!word.equals("--redis")) {
                throw new IllegalArgumentException("unknown argument: " + word);
            }
            if (redis != null) {
                throw new IllegalArgumentException("--redis is given twice");
            }
            redis = rest.hasNext() ? rest.next() : "--";
            if (redis.startsWith("--")) {
                throw new IllegalArgumentException("--redis needs a URI");
            }
        }
        return new Arguments(false, redis);
    }
}
