package io.asynq4j.yaml;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The fields of a mapping, each with its place. */
final class Fields {
    private final Node mapping;
    private final Map<String, Node> names = new LinkedHashMap<>();
    private final Map<String, Node> values = new LinkedHashMap<>();

    private Fields(Node mapping) {
        this.mapping = mapping;
    }

    /** @throws Wrong when {@code node} is no mapping from texts, each there once */
    static Fields of(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            throw new Wrong(node, "there must be fields with names here");
        }
        var fields = new Fields(node);
        for (var field : mapping.getValue()) {
            var name = text(field.getKeyNode());
            fields.names.put(name, field.getKeyNode());
            if (fields.values.put(name, field.getValueNode()) != null) {
                throw new Wrong(field.getKeyNode(), name + " is there twice");
            }
        }
        return fields;
    }

    /** @throws Wrong when there is a field of another name */
    void allow(Collection<String> known) {
        names.forEach((name, node) -> {
            if (!known.contains(name)) {
                throw new Wrong(node, "there is no field " + name + ", but " + String.join(", ", known));
            }
        });
    }

    @Nullable
    Node node(String name) {
        return values.get(name);
    }

    @Nullable
    String text(String name) {
        var node = values.get(name);
        return node == null ? null : text(node);
    }

    String required(String name) {
        var text = text(name);
        if (text == null) {
            throw new Wrong(mapping, name + " is missing");
        }
        return text;
    }

    /** {@code on}, with what the field says if it is there; what {@code parse} and {@code with} refuse is wrong there. */
    <T, V> T apply(String name, T on, Function<String, V> parse, BiFunction<T, V, T> with) {
        var node = values.get(name);
        if (node == null) {
            return on;
        }
        try {
            return with.apply(on, parse.apply(text(node)));
        } catch (Wrong wrong) {
            throw wrong;
        } catch (RuntimeException refused) { // whatever parsers and checks make of it
            throw new Wrong(node, name + ": " + refused.getMessage());
        }
    }

    /** All fields as texts. */
    Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        values.forEach((name, node) -> texts.put(name, text(node)));
        return texts;
    }

    private static String text(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new Wrong(node, "there must be a single value here");
    }
}
