package io.asynq4j.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes results, each in the form that was asked for. JSON and YAML are written in ASCII: what is beyond comes as escapes, which
 * every reader undoes and no terminal acts on.
 *
 * @param out where to
 * @param colour whether headings may be in bold
 */
public record Output(PrintWriter out, Format format, boolean colour) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    /**
     * Writes one result.
     *
     * @param tree for programs: maps, lists, texts, numbers, truths and nulls
     * @param lines for people; safe to show
     */
    public void show(Object tree, Supplier<List<String>> lines) {
        switch (format) {
            case JSON -> out.println(json(tree));
            case YAML -> out.print(yaml(tree));
            case TABLE -> lines.get().forEach(out::println);
        }
        out.flush();
    }

    /** Writes rows, or one sentence where there are none. */
    public void show(List<Map<String, Object>> trees, Table table, String none) {
        show(trees, () -> trees.isEmpty() ? List.of(none) : table(table));
    }

    /** The lines of {@code table}, with headings in bold where that is possible. */
    public List<String> table(Table table) {
        var lines = table.lines();
        return colour ? bold(lines) : lines;
    }

    private static List<String> bold(List<String> lines) {
        lines.set(0, heading(lines.get(0), true));
        return lines;
    }

    /** A heading on a line of its own. */
    public String heading(String text) {
        return heading(text, colour);
    }

    private static String heading(String text, boolean colour) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    private static String json(Object tree) {
        return JSON.writeValueAsString(tree).replace("\u007f", "\\u007f");
    }

    private static String yaml(Object tree) {
        var settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setUseUnicodeEncoding(false)
                .setWidth(120)
                .build();
        return new Dump(settings).dumpToString(tree);
    }
}
