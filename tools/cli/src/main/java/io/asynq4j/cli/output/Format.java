package io.asynq4j.cli.output;

/** In which form results are written. */
public enum Format {
    /** For people. */
    TABLE,
    JSON,
    YAML
}
