package io.asynq4j.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a scheduler's entries those that a provider names. Used by one thread at a time, except for {@link #problems}. */
final class Sync {
    private static final Logger log = LoggerFactory.getLogger(PeriodicTaskManager.class);

    private final Scheduler scheduler;
    private final PeriodicTaskConfigProvider provider;
    private final Map<String, PeriodicTask> known = new HashMap<>();
    private volatile List<String> problems = List.of();
    private boolean begun;

    Sync(Scheduler scheduler, PeriodicTaskConfigProvider provider) {
        this.scheduler = scheduler;
        this.provider = provider;
    }

    List<String> problems() {
        return problems;
    }

    /** For the first time, which the provider must not fail. */
    void begin() throws Exception {
        var found = new ArrayList<String>();
        apply(provider.periodicTasks(found::add), found);
        tell(found);
    }

    /** Like {@link #begin}, but goes on with what there is when the provider fails. Nothing the first time, since it has just been asked. */
    void again() {
        if (!begun) {
            begun = true;
            return;
        }
        var found = new ArrayList<String>();
        try {
            apply(provider.periodicTasks(found::add), found);
        } catch (Exception failed) {
            found.add("the periodic tasks stay as they are, since they could not be told: " + failed.getMessage());
        }
        tell(found);
    }

    private void apply(List<PeriodicTask> named, List<String> found) {
        var wanted = new LinkedHashMap<String, PeriodicTask>();
        var kept = new HashSet<String>();
        for (var periodic : named) {
            var id = id(periodic, found);
            if (id == null) {
                keepOld(periodic, kept);
            } else if (wanted.putIfAbsent(id, periodic) != null) {
                found.add("there is another periodic task with the id \"" + id + "\" before this one: " + periodic);
            }
        }
        known.entrySet().removeIf(entry -> {
            var id = entry.getKey();
            boolean over = !kept.contains(id) && !Objects.equals(entry.getValue(), wanted.get(id));
            if (over) {
                scheduler.unregister(id);
                log.info("no longer: periodic task {}", entry.getValue());
            }
            return over;
        });
        wanted.forEach((id, periodic) -> {
            if (known.putIfAbsent(id, periodic) == null) {
                scheduler.register(periodic);
                log.info("from now on: periodic task {}", periodic);
            }
        });
    }

    /** Null for one that is wrong. */
    private @Nullable String id(@Nullable PeriodicTask periodic, List<String> found) {
        if (periodic == null) {
            found.add("one of the periodic tasks is null");
            return null;
        }
        try {
            return scheduler.check(periodic);
        } catch (IllegalArgumentException wrong) {
            found.add("periodic task " + periodic + ": " + wrong.getMessage());
            return null;
        }
    }

    /** A slip of the pen in an entry with a name is no reason to end it. */
    private static void keepOld(@Nullable PeriodicTask wrong, Set<String> kept) {
        if (wrong != null) {
            wrong.name().ifPresent(kept::add);
        }
    }

    /** Each once, for as long as it is there. */
    private void tell(List<String> found) {
        var before = Set.copyOf(problems);
        found.stream().filter(problem -> !before.contains(problem)).forEach(log::warn);
        problems = List.copyOf(found);
    }
}
