package io.asynq4j.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.cfg.MapperConfig;

/** The names that a mapper gives to the properties of classes. */
record PropertyNames(MapperConfig<?> config) {
    /** @param from a value under way, or its class */
    boolean has(@Nullable Object from, String name) {
        if (from == null) {
            return false;
        }
        var type = config.constructType(from instanceof Class<?> known ? known : from.getClass());
        if (type.isMapLikeType()) {
            return false;
        }
        var introspector = config.classIntrospectorInstance().forOperation(config);
        try {
            var annotations = introspector.introspectClassAnnotations(type);
            var description = config instanceof SerializationConfig
                    ? introspector.introspectForSerialization(type, annotations)
                    : introspector.introspectForDeserialization(type, annotations);
            return description.findProperties().stream()
                    .anyMatch(property -> property.getName().equals(name));
        } catch (DatabindException unknown) {
            return false;
        }
    }
}
