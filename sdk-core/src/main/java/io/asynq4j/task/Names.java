package io.asynq4j.task;

import java.util.Objects;

/** The rules for what people name: types, queues, ids, groups, headers. Broken rules are told with the value. */
final class Names {
    /** Longest name in UTF-16 units. Redis would take more; a key of this size is a mistake already. */
    static final int MAX_LENGTH = 1024;

    private static final int SHOWN = 64;

    private Names() {}

    static String taskType(String name) {
        return text("task type", notBlank("task type", name));
    }

    static String queue(String name) {
        existingQueue(name);
        if (name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
            throw wrong("queue", name, "must not contain '{' or '}', which mark the hash tag of its keys");
        }
        return name;
    }

    /** Go programs can put tasks on queues that we would not, and those must not hide from whoever looks at them. */
    static String existingQueue(String name) {
        return text("queue", notBlank("queue", name));
    }

    static String taskId(String id) {
        return text("task id", notBlank("task id", id));
    }

    static String group(String name) {
        return text("group", notBlank("group", name));
    }

    static String uniqueKey(String key) {
        return text("unique key", notBlank("unique key", key));
    }

    static String headerName(String name) {
        return text("header name", name);
    }

    static String headerValue(String name, String value) {
        Objects.requireNonNull(value, () -> "value of header " + shown(name));
        if (!isUnicode(value)) {
            throw new IllegalArgumentException("value of header " + shown(name) + " must be valid Unicode text");
        }
        return value;
    }

    private static String notBlank(String what, String name) {
        Objects.requireNonNull(name, what);
        if (name.codePoints().allMatch(Names::isSpace)) {
            throw wrong(what, name, "must not be blank");
        }
        return name;
    }

    private static String text(String what, String name) {
        Objects.requireNonNull(name, what);
        if (name.length() > MAX_LENGTH) {
            throw wrong(what, name, "must have at most " + MAX_LENGTH + " characters, not " + name.length());
        }
        if (!isUnicode(name)) {
            throw wrong(what, name, "must be valid Unicode text (it holds half of a surrogate pair)");
        }
        return name;
    }

    /** White space as Unicode has it, no-break spaces included (Go's unicode.IsSpace). */
    private static boolean isSpace(int c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == 0x85;
    }

    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException wrong(String what, String value, String rule) {
        return new IllegalArgumentException(what + " " + rule + ": " + shown(value));
    }

    private static String shown(String value) {
        return '"' + (value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value) + '"';
    }
}
