package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.task.TaskException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What became of several tasks, one after the other; a failure of one does not keep the next from its turn. */
final class Results {
    private final Asynq4j program;
    private final List<Map<String, Object>> trees = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private int exit = Exit.OK;

    Results(Asynq4j program) {
        this.program = program;
    }

    /** Does {@code action}, which answers what it did, to each of the tasks. */
    static int each(Asynq4j program, String queue, List<String> ids, Function<String, String> action) {
        var results = new Results(program);
        ids.forEach(id -> results.one(queue, id, action));
        return results.show();
    }

    void one(String queue, String id, Function<String, String> action) {
        try {
            add(queue, id, action.apply(id), true);
        } catch (TaskException | CommandException failure) {
            int code = Failures.exit(failure);
            if (code == Exit.UNREACHABLE) {
                if (!trees.isEmpty()) {
                    show(); // it was done, whatever comes now
                }
                throw failure;
            }
            exit = exit == Exit.OK || exit == code ? code : Exit.FAILED;
            add(queue, id, String.valueOf(failure.getMessage()), false);
        }
    }

    private void add(String queue, String id, String what, boolean done) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("queue", queue);
        tree.put("id", id);
        tree.put("done", done);
        tree.put("result", what);
        trees.add(tree);
        if (done) {
            lines.add(SafeText.of(id) + " " + SafeText.of(what));
        } else {
            program.warn(what);
        }
    }

    int show() {
        program.output().show(trees, () -> lines);
        return exit;
    }
}
