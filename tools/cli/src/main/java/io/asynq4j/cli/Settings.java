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
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

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

    private static Map<String, String> values(Path path) throws IOException {
        Object tree;
        try {
            tree = new Load(LoadSettings.builder().setLabel(path.toString()).build())
                    .loadFromString(Files.readString(path));
        } catch (YamlEngineException wrong) { // its message may quote the file, and with it a password
            throw CommandException.usage("the configuration " + path + " is not YAML");
        }
        if (tree == null) {
            return Map.of();
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw CommandException.usage("the configuration " + path + " has to be a map, such as \"uri: localhost\"");
        }
        var values = new LinkedHashMap<String, String>();
        map.forEach((key, value) -> {
            var name = String.valueOf(key).replace('_', '-');
            if (!KEYS.contains(name)) {
                throw CommandException.usage(
                        "the configuration " + path + " knows no \"" + name + "\", only " + new TreeSet<>(KEYS));
            }
            if (value != null) { // a key that is left empty is not the word "null"
                values.put(name, value.toString());
            }
        });
        return values;
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
