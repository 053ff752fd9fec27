package io.asynq4j.benchmarks;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What follows the first argument: names with two dashes, each with a value. */
record Flags(Map<String, String> values) {
    static Flags of(String[] args) {
        if (args.length % 2 == 0) {
            throw new IllegalArgumentException(
                    "expected produce, work, scale or serve, and then flags with a value each");
        }
        var values = new HashMap<String, String>();
        for (int i = 1; i < args.length; i += 2) {
            if (!args[i].startsWith("--")) {
                throw new IllegalArgumentException("a flag begins with two dashes: \"" + args[i] + '"');
            }
            values.put(args[i].substring(2), args[i + 1]);
        }
        return new Flags(values);
    }

    String text(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    @Nullable
    String textIfAny(String name) {
        return values.get(name);
    }

    String text(String name, String unlessTold) {
        return values.getOrDefault(name, unlessTold);
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }

    int number(String name, int unlessTold) {
        return values.containsKey(name) ? number(name) : unlessTold;
    }
}
