package io.asynq4j.cli.screen;

import java.io.IOException;
import java.util.Map;
import org.jline.utils.NonBlockingReader;

/**
 * Reads keys: their characters, or names for those that have none. For one thread; stopping is for any.
 *
 * <p>It never waits for a key without end: the terminal could not be closed while it does.
 */
final class Keys {
    static final String UP = "up";
    static final String DOWN = "down";
    static final String LEFT = "left";
    static final String RIGHT = "right";
    static final String PAGE_UP = "page-up";
    static final String PAGE_DOWN = "page-down";
    static final String HOME = "home";
    static final String END = "end";
    static final String ENTER = "enter";
    static final String ESCAPE = "escape";
    static final String BACKSPACE = "backspace";
    static final String TAB = "tab";
    static final String INTERRUPT = "interrupt";
    /** There are no more keys. */
    static final String CLOSED = "closed";

    private static final long SEQUENCE_MILLIS = 50;
    private static final long WAIT_MILLIS = 100;
    private static final int LONGEST = 16;
    private static final Map<String, String> SEQUENCES = Map.ofEntries(
            Map.entry("A", UP),
            Map.entry("B", DOWN),
            Map.entry("C", RIGHT),
            Map.entry("D", LEFT),
            Map.entry("H", HOME),
            Map.entry("F", END),
            Map.entry("1~", HOME),
            Map.entry("4~", END),
            Map.entry("5~", PAGE_UP),
            Map.entry("6~", PAGE_DOWN),
            Map.entry("7~", HOME),
            Map.entry("8~", END));

    private final NonBlockingReader reader;
    private volatile boolean stopped;

    Keys(NonBlockingReader reader) {
        this.reader = reader;
    }

    /** The next key, waiting for it; empty for one that nobody knows. */
    String next() {
        try {
            int c;
            do {
                c = stopped ? NonBlockingReader.EOF : reader.read(WAIT_MILLIS);
            } while (c == NonBlockingReader.READ_EXPIRED);
            return switch (c) {
                case NonBlockingReader.EOF -> CLOSED;
                case '\r', '\n' -> ENTER;
                case 0x7f, '\b' -> BACKSPACE;
                case '\t' -> TAB;
                case 3 -> INTERRUPT;
                case 0x1b -> sequence();
                default -> c < ' ' ? "" : String.valueOf((char) c);
            };
        } catch (IOException closed) {
            return CLOSED;
        }
    }

    private String sequence() throws IOException {
        int c = reader.peek(SEQUENCE_MILLIS);
        if (c != '[' && c != 'O') {
            return ESCAPE;
        }
        reader.read();
        var text = new StringBuilder();
        while (text.length() < LONGEST) {
            int next = reader.read(SEQUENCE_MILLIS);
            if (next < 0) {
                break;
            }
            text.append((char) next);
            if (next >= '@' && next <= '~') {
                break;
            }
        }
        return SEQUENCES.getOrDefault(text.toString(), "");
    }

    /** Lets {@link #next} answer that there are no more, within a moment. */
    void stop() {
        stopped = true;
    }
}
