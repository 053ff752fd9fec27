package io.asynq4j.cli;

import io.asynq4j.task.TaskState;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** States by their words. */
final class StatesConverter implements ITypeConverter<TaskState> {
    @Override
    public TaskState convert(String word) {
        return Arrays.stream(TaskState.values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("\"" + word + "\" is no state; there are "
                        + Arrays.stream(TaskState.values()).map(TaskState::word).collect(Collectors.joining(", "))));
    }
}
