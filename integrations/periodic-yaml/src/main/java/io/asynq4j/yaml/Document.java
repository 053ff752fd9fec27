package io.asynq4j.yaml;

import io.asynq4j.schedule.PeriodicTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The outline of a file: a list of entries under {@code tasks}.
 *
 * @param name of the file, for messages
 */
record Document(String name) {
    private static final String TASKS = "tasks";

    /**
     * The entries that {@code text} has.
     *
     * @param problems is told of those that are wrong and left out
     * @throws IllegalArgumentException when there is no such outline
     */
    List<PeriodicTask> read(String text, Consumer<String> problems) {
        var tasks = new ArrayList<PeriodicTask>();
        var root = compose(text);
        if (root == null) {
            return tasks;
        }
        for (var entry : entries(root)) {
            try {
                tasks.add(EntryReader.read(entry).from(name + ", " + Wrong.place(entry)));
            } catch (Wrong wrong) {
                problems.accept(wrong.in(name).getMessage());
            }
        }
        return tasks;
    }

    private List<Node> entries(Node root) {
        try {
            var fields = Fields.of(root);
            fields.allow(List.of(TASKS));
            var list = fields.node(TASKS);
            if (list instanceof SequenceNode entries) {
                return entries.getValue();
            }
            throw new Wrong(list == null ? root : list, "there must be a list of entries under tasks");
        } catch (Wrong wrong) {
            throw wrong.in(name);
        }
    }

    private @Nullable Node compose(String text) {
        try {
            return new Compose(LoadSettings.builder()
                            .setLabel(name)
                            .setCodePointLimit(YamlPeriodicTasks.MOST_BYTES)
                            .build())
                    .composeString(text)
                    .orElse(null);
        } catch (MarkedYamlEngineException broken) {
            var place = broken.getProblemMark()
                    .map(mark -> ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw new IllegalArgumentException(name + place + ": " + broken.getProblem(), broken);
        } catch (YamlEngineException broken) {
            throw new IllegalArgumentException(name + ": " + broken.getMessage(), broken);
        }
    }
}
