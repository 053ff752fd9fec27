package io.asynq4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What is set where nobody says otherwise on the command line: by the environment ({@code ASYNQ4J_URI} and so on), or else by a
 * file in YAML.
 */
final class Settings {
    static final Set<String> KEYS =
            Set.of("uri", "db", "username", "password", "password-file", "tls", "cluster", "output");
    static final String DEFAULT_FILE = ".asynq4j.yaml";
    private static final int LONGEST_FILE = 1 << 20;

    private final Map<String, String> environment;
    private final Map<String, String> file;

    private Settings(Map<String, String> environment, Map<String, String> file) {
        this.environment = environment;
        this.file = file;
    }

    /**
     * Reads the file: {@code named}, or that of {@code ASYNQ4J_CONFIG}, or the one in the home folder, which alone may be missing.
     *
     * @param warnings told what a person should know
     */
    static Settings read(@Nullable Path named, Surroundings around, Consumer<String> warnings) {
        var environment = around.environment();
        var asked = named != null
                ? Optional.of(named)
                : Optional.ofNullable(environment.get("ASYNQ4J_CONFIG")).map(Path::of);
        var path = asked.orElse(around.home().resolve(DEFAULT_FILE));
        try {
            if (asked.isEmpty() && !Files.exists(path)) {
                return new Settings(environment, Map.of());
            }
            if (Files.size(path) > LONGEST_FILE) {
                throw CommandException.usage(path + " is too large for a configuration");
            }
            var values = values(path);
            if (values.containsKey("password") && isReadByOthers(path)) {
                warnings.accept(path + " holds a password, and others may read it: chmod 600 " + path);
            }
            return new Settings(environment, values);
        } catch (NoSuchFileException missing) {
            throw CommandException.usage("there is no configuration " + path);
        } catch (IOException unreadable) {
            throw CommandException.usage("the configuration " + path + " cannot be read: " + unreadable.getMessage());
        }
    }

    /** The value for {@code key}. */
    Optional<String> get(String key) {
        return find(key).map(Setting::value);
    }

    /** The value for {@code key}, and where it stands. */
    Optional<Setting> find(String key) {
        var variable = "ASYNQ4J_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isEmpty())
                .map(value -> new Setting(value, Setting.Source.ENVIRONMENT))
                .or(() -> Optional.ofNullable(file.get(key)).map(value -> new Setting(value, Setting.Source.FILE)));
    }

    /** Values as they are written: a password of digits is no number. */
    private static Map<String, String> values(Path path) throws IOException {
        Optional<Node> tree;
        try {
            tree = new Compose(LoadSettings.builder().setLabel(path.toString()).build())
                    .composeString(Files.readString(path));
        } catch (YamlEngineException wrong) { // its message may quote the file, and with it a password
            throw CommandException.usage("the configuration " + path + " is not YAML");
        }
        if (tree.isEmpty()) {
            return Map.of();
        }
        if (!(tree.get() instanceof MappingNode map)) {
            throw CommandException.usage("the configuration " + path + " has to be a map, such as \"uri: localhost\"");
        }
        var values = new LinkedHashMap<String, String>();
        for (var field : map.getValue()) {
            var name = text(field.getKeyNode()).orElse("?").replace('_', '-');
            if (!KEYS.contains(name)) {
                throw CommandException.usage(
                        "the configuration " + path + " knows no \"" + name + "\", only " + new TreeSet<>(KEYS));
            }
            var value = text(field.getValueNode())
                    .orElseThrow(() ->
                            CommandException.usage("the configuration " + path + " needs a single value for " + name));
            if (values.put(name, value) != null) {
                throw CommandException.usage("the configuration " + path + " has " + name + " twice");
            }
        }
        values.values().removeIf(String::isEmpty);
        return values;
    }

    private static Optional<String> text(Node node) {
        return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
    }

    private static boolean isReadByOthers(Path path) throws IOException {
        try {
            var allowed = Files.getPosixFilePermissions(path);
            return allowed.contains(PosixFilePermission.GROUP_READ)
                    || allowed.contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException noPosix) {
            return false;
        }
    }
}
