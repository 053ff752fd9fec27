package io.asynq4j.site;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Anchors of the headings of one page, as GitHub makes them, so that a link holds there and here. */
final class Slugs {
    private final Map<String, Integer> taken = new HashMap<>();

    /** The anchor of the next heading of the page. */
    String next(String heading) {
        var slug = heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]", "")
                .replace(' ', '-');
        int before = taken.merge(slug, 1, Integer::sum) - 1;
        return before == 0 ? slug : slug + "-" + before;
    }
}
