package io.asynq4j.samples.quickstart;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.util.List;

/** One row of the file of members: a name and an address. */
final class MemberRow {
    private static final int SHOWN = 40;

    private MemberRow() {}

    /**
     * Reads a row.
     *
     * @throws IllegalArgumentException when it is not a member; the message tells the rule that is broken, and the row
     */
    static Member parse(String row) {
        if (row.isBlank()) {
            throw new IllegalArgumentException("the row is blank");
        }
        if (row.indexOf('\ufffd') >= 0) {
            throw wrong("not readable as UTF-8", row);
        }
        if (row.chars().filter(c -> c == '"').count() % 2 == 1) {
            throw wrong("a quote is not closed", row);
        }
        var columns = columns(row);
        if (columns.size() != 2) {
            throw wrong("2 columns are needed, not " + columns.size(), row);
        }
        var name = columns.get(0).strip();
        if (name.isEmpty()) {
            throw wrong("the name is missing", row);
        }
        try {
            return new Member(name, EmailAddress.normal(columns.get(1)));
        } catch (IllegalArgumentException badAddress) {
            throw wrong(String.valueOf(badAddress.getMessage()), row);
        }
    }

    private static List<String> columns(String row) {
        try (var rows = CsvReader.builder().ofCsvRecord(row)) {
            return rows.iterator().next().getFields();
        } catch (CsvParseException badlyQuoted) {
            throw wrong("text follows a closing quote", row);
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException("reading a text in memory", impossible);
        }
    }

    private static IllegalArgumentException wrong(String rule, String row) {
        var printable = row.replaceAll("\\p{Cntrl}", "?");
        return new IllegalArgumentException(
                rule + ": " + (printable.length() > SHOWN ? printable.substring(0, SHOWN) + "…" : printable));
    }
}
