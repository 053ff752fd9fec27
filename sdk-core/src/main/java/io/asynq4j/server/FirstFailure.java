package io.asynq4j.server;

import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Seconds;
import java.time.Instant;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/** When a task first failed, noted in a header of its record, since the record has no field for it. */
final class FirstFailure {
    static final String HEADER = "asynq4j-first-failed-at"; // unix seconds

    private FirstFailure() {}

    /** Null when it is not noted, or what is noted is no time. */
    static @Nullable Instant of(Lease lease) {
        var noted = lease.message().headers().get(HEADER);
        try {
            return noted == null ? null : Seconds.instant(Long.parseLong(noted));
        } catch (NumberFormatException others) {
            return null;
        }
    }

    /** The lease of a task in whose record it is noted. */
    static Lease note(Lease lease, Instant when) {
        var headers = new HashMap<>(lease.message().headers());
        headers.put(HEADER, Long.toString(Seconds.up(when)));
        return lease.of(lease.message().withHeaders(headers));
    }

    /** The lease of a task in whose record it is noted no more: if a person runs it again, it begins anew. */
    static Lease forget(Lease lease) {
        if (!lease.message().headers().containsKey(HEADER)) {
            return lease;
        }
        var headers = new HashMap<>(lease.message().headers());
        headers.remove(HEADER);
        return lease.of(lease.message().withHeaders(headers));
    }
}
