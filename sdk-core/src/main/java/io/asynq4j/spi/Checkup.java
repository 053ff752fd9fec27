package io.asynq4j.spi;

import java.time.Instant;
import java.util.List;

/** What a broker can say of itself. */
public interface Checkup {
    /** What the broker's own clock shows. */
    Instant clock();

    /** What is set up in a way that endangers tasks, in words for people; empty when nothing is. */
    List<String> warnings();
}
