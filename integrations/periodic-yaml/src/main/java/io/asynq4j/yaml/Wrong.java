package io.asynq4j.yaml;

import org.snakeyaml.engine.v2.nodes.Node;

/** Something in a file is not as it should be. */
final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    Wrong(Node where, String what) {
        super(place(where) + ": " + what, null, false, false);
    }

    /** As callers are told. */
    IllegalArgumentException in(String file) {
        return new IllegalArgumentException(file + ", " + getMessage(), this);
    }

    /** Where {@code node} begins, for people. */
    static String place(Node node) {
        return node.getStartMark()
                .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                .orElse("somewhere");
    }
}
