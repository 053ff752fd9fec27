package io.asynq4j.inspect;

/**
 * A page of a list.
 *
 * @param number from 1 on
 * @param size most entries on it, at least 1, at most 1,000
 */
public record Page(long number, int size) {
    /** Entries of a page whose size nobody has said. */
    public static final int DEFAULT_SIZE = 30;

    /** The largest page. */
    public static final int MAX_SIZE = 1_000;

    /** The first page, of {@value #DEFAULT_SIZE} entries. */
    public static final Page FIRST = new Page(1, DEFAULT_SIZE);

    /** Refuses numbers out of range. */
    public Page {
        if (number < 1) {
            throw new IllegalArgumentException("pages are numbered from 1 on: " + number);
        }
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_SIZE + " entries: " + size);
        }
    }

    /** The page of this number, of {@value #DEFAULT_SIZE} entries. */
    public static Page of(long number) {
        return new Page(number, DEFAULT_SIZE);
    }

    /** The page of this number, of {@code size} entries. */
    public static Page of(long number, int size) {
        return new Page(number, size);
    }

    /** How many entries are on the pages before; {@link Long#MAX_VALUE} where that is more. */
    long offset() {
        long before = number - 1;
        return before > Long.MAX_VALUE / size ? Long.MAX_VALUE : before * size;
    }
}
