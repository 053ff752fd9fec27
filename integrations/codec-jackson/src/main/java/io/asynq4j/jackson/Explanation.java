package io.asynq4j.jackson;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * What went wrong, in words that come from types and never from the payload. Keys of maps are payload, and so is what a class
 * takes that has no such property.
 */
record Explanation(PropertyNames names) {
    String of(JacksonException failure) {
        return reason(failure) + place(failure);
    }

    private String reason(JacksonException failure) {
        var field = path(failure);
        var at = field.isEmpty() ? "" : " at " + field;
        if (failure instanceof InputCoercionException overflow) {
            return noValue(overflow.getTargetType()) + at;
        }
        if (failure instanceof StreamReadException) {
            return "malformed" + at;
        }
        if (failure instanceof PropertyBindingException) {
            return "an unknown property" + at;
        }
        if (failure instanceof InvalidDefinitionException definition) {
            // tells of classes only
            return definition.getOriginalMessage() + at;
        }
        if (failure instanceof ValueInstantiationException) {
            return thrown(failure) + at;
        }
        if (failure instanceof MismatchedInputException mismatch) {
            return noValue(mismatch.getTargetType()) + at;
        }
        return thrown(failure) + at;
    }

    private static String noValue(@Nullable Class<?> target) {
        return target == null ? "no value that fits" : "no value that fits " + target.getTypeName();
    }

    private static String thrown(Throwable failure) {
        var cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getClass().getName();
    }

    private String path(JacksonException failure) {
        var path = new StringBuilder();
        var steps = failure.getPath() == null ? List.<JacksonException.Reference>of() : failure.getPath();
        // the last step is the name that only the payload has
        int known = failure instanceof PropertyBindingException ? steps.size() - 1 : steps.size();
        for (var step : steps.subList(0, Math.max(0, known))) {
            var name = step.getPropertyName();
            if (name == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else if (names.has(step.from(), name)) {
                path.append(path.isEmpty() ? "" : ".").append(name);
            } else {
                path.append("[*]");
            }
        }
        return path.toString();
    }

    private static String place(JacksonException failure) {
        var location = failure.getLocation();
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
