package io.asynq4j.cli;

import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.redis.port.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * Which Redis, and who we are to it. A password never stands on the command line, which everybody on the machine can read: it is
 * typed, or comes from a file, the environment or the configuration.
 */
final class Connection {
    private static final String NONE = "";

    @Option(
            names = {"-u", "--uri"},
            scope = ScopeType.INHERIT,
            paramLabel = "URI",
            description = "Redis: host, host:port, or a URI like rediss://host:6379/0, redis-sentinel://…?master=name,"
                    + " redis-cluster://host,host. Without a password. Default: localhost:6379.")
    private String uri = NONE;

    @Option(
            names = {"-n", "--db"},
            scope = ScopeType.INHERIT,
            paramLabel = "N",
            description = "Number of the database.")
    private @Nullable Integer db;

    @Option(names = "--username", scope = ScopeType.INHERIT, paramLabel = "NAME", description = "ACL user.")
    private String username = NONE;

    @Option(
            names = {"-p", "--password"},
            scope = ScopeType.INHERIT,
            arity = "0",
            description = "Ask for the password. It is never given on the command line; see --password-file and"
                    + " ASYNQ4J_PASSWORD.")
    private boolean ask;

    @Option(
            names = "--password-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Read the password from the first line of FILE; - is standard input.")
    private String passwordFile = NONE;

    @Option(
            names = "--tls",
            scope = ScopeType.INHERIT,
            description = "Encrypt, and verify the server's name, as rediss:// does.")
    private boolean tls;

    @Option(
            names = "--cluster",
            scope = ScopeType.INHERIT,
            description = "The URI is of a cluster, as redis-cluster:// is.")
    private boolean cluster;

    /**
     * What to connect to. A part of the URI, such as its database, holds against the setting for that part unless this is said by the
     * same source or an earlier one.
     */
    RedisUri uri(Settings settings, Surroundings around) {
        if (UriText.holdsPassword(uri)) {
            throw CommandException.usage("a password on the command line can be read by everybody on this machine:"
                    + " give it with --password (it asks), --password-file, ASYNQ4J_PASSWORD or ASYNQ4J_URI");
        }
        var said = said(uri, "uri", settings).orElse(new Setting("localhost", Setting.Source.NOBODY));
        var text = withScheme(said.value(), settings);
        var base = RedisUri.of(text);
        var number = said(db == null ? NONE : db.toString(), "db", settings)
                .filter(setting -> !UriText.namesDatabase(text) || setting.holdsAgainst(said.by()))
                .map(setting -> number(setting.value()))
                .orElse(base.database());
        if (number < 0 || (number > 0 && base.topology() instanceof Topology.Cluster)) {
            throw CommandException.usage("there is no database " + number + " there");
        }
        var named = new RedisUri(base.topology(), base.tls() || isTls(settings), base.login(), number);
        return withLogin(
                named, setting -> !named.login().isPresent() || setting.holdsAgainst(said.by()), settings, around);
    }

    private static Optional<Setting> said(String option, String key, Settings settings) {
        return option.isEmpty() ? settings.find(key) : Optional.of(Setting.typed(option));
    }

    private String withScheme(String text, Settings settings) {
        var isCluster =
                cluster || settings.get("cluster").filter(Connection::isTrue).isPresent();
        if (!text.contains("://")) {
            return (isCluster ? "redis-cluster://" : "redis://") + text;
        }
        if (cluster && !UriText.canBeOfCluster(text)) {
            throw CommandException.usage("--cluster does not go with a URI that says something else");
        }
        return isCluster ? UriText.ofCluster(text) : text;
    }

    private boolean isTls(Settings settings) {
        return tls || settings.get("tls").filter(Connection::isTrue).isPresent();
    }

    private static boolean isTrue(String text) {
        return text.equalsIgnoreCase("true") || text.equals("1");
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException wrong) {
            throw CommandException.usage("db has to be a number: " + text);
        }
    }

    private RedisUri withLogin(RedisUri named, Predicate<Setting> counts, Settings settings, Surroundings around) {
        var user = said(username, "username", settings)
                .filter(counts)
                .map(Setting::value)
                .or(() -> Optional.ofNullable(named.login().user()));
        var password = password(counts, settings, around)
                .or(() -> Optional.ofNullable(named.login().password()));
        if (password.isEmpty() && user.isPresent()) {
            throw CommandException.usage("a user name needs a password");
        }
        return password.isEmpty() ? named : named.withLogin(user.orElse(null), password.get());
    }

    private Optional<String> password(Predicate<Setting> counts, Settings settings, Surroundings around) {
        if (ask && !passwordFile.isEmpty()) {
            throw CommandException.usage("a password comes from --password or --password-file");
        }
        if (ask) {
            if (!around.prompt().someone()) {
                throw CommandException.usage("there is nobody at a terminal to ask for the password");
            }
            return Optional.ofNullable(around.prompt().askSecretly("Password: "));
        }
        var file = said(passwordFile, "password-file", settings).filter(counts);
        return settings.find("password")
                .filter(counts)
                .filter(password ->
                        file.isEmpty() || password.holdsAgainst(file.get().by()))
                .map(Setting::value)
                .or(() -> file.map(path -> firstLine(path.value(), around)));
    }

    private static String firstLine(String path, Surroundings around) {
        try (var reader = path.equals("-")
                ? new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8))
                : Files.newBufferedReader(Path.of(path))) {
            var line = reader.readLine();
            if (line == null || line.isEmpty()) {
                throw CommandException.usage("the password file " + path + " is empty");
            }
            return line;
        } catch (IOException unreadable) {
            throw CommandException.usage("the password file " + path + " cannot be read");
        }
    }
}
