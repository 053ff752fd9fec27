package io.asynq4j.samples.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads members from CSV in UTF-8 that starts with a line of headings, one member to a line. A row cannot go on in the next
 * line: that way a quote that is not closed costs one row, and not the rest of the file.
 */
final class MemberFile {
    private MemberFile() {}

    /** What is in a file: members as they stand there, the same one perhaps twice, and rows that are not members. */
    record Contents(List<Member> members, List<Refusal> refusals) {
        Contents {
            members = List.copyOf(members);
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * A row that nothing can be made of.
     *
     * @param line its number in the file, from 1
     * @param reason the rule and the row, in one line
     */
    record Refusal(int line, String reason) {}

    /** The thousand rows that come with this sample. */
    static Contents shipped() throws IOException {
        try (var file = MemberFile.class.getResourceAsStream("members.csv")) {
            return read(Objects.requireNonNull(file, "members.csv is not on the class path"));
        }
    }

    static Contents read(InputStream file) throws IOException {
        var rows = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
        var members = new ArrayList<Member>();
        var refusals = new ArrayList<Refusal>();
        rows.readLine(); // the headings
        int line = 1;
        for (var row = rows.readLine(); row != null; row = rows.readLine()) {
            line++;
            try {
                members.add(MemberRow.parse(row));
            } catch (IllegalArgumentException wrong) {
                refusals.add(new Refusal(line, String.valueOf(wrong.getMessage())));
            }
        }
        return new Contents(members, refusals);
    }
}
