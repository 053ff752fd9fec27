package io.asynq4j.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Headers: copied, in the order they were given. */
final class Headers {
    private Headers() {}

    /** A copy of headers that are to be stored, which must keep our rules. */
    static Map<String, String> checked(Map<String, String> headers) {
        headers.forEach((name, value) -> Names.headerValue(Names.headerName(name), value));
        return copyOf(headers);
    }

    /** A copy of headers that may come from others, who have rules of their own. */
    static Map<String, String> copyOf(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return Map.of();
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Both together; where both have a name, {@code later} wins. */
    static Map<String, String> merge(Map<String, String> earlier, Map<String, String> later) {
        if (later.isEmpty()) {
            return earlier;
        }
        if (earlier.isEmpty()) {
            return later;
        }
        var merged = new LinkedHashMap<>(earlier);
        merged.putAll(later);
        return Collections.unmodifiableMap(merged);
    }
}
