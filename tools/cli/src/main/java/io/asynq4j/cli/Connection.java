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

    /** What to connect to. */
    RedisUri uri(Settings settings, Surroundings around) {
        if (holdsPassword(uri)) {
            throw CommandException.usage("a password on the command line can be read by everybody on this machine:"
                    + " give it with --password (it asks), --password-file, ASYNQ4J_PASSWORD or ASYNQ4J_URI");
        }
        var text = uri.isEmpty() ? settings.get("uri").orElse("localhost") : uri;
        var base = RedisUri.of(withScheme(text, settings));
        var named =
                new RedisUri(base.topology(), base.tls() || isTls(settings), base.login(), database(base, settings));
        var password = password(settings, around);
        var user = username.isEmpty() ? settings.get("username") : Optional.of(username);
        if (password.isEmpty() && user.isPresent() && !named.login().isPresent()) {
            throw CommandException.usage("a user name needs a password");
        }
        return password.isEmpty()
                ? named
                : named.withLogin(user.orElse(named.login().user()), password.get());
    }

    private static boolean holdsPassword(String uri) {
        int scheme = uri.indexOf("://");
        var rest = scheme < 0 ? uri : uri.substring(scheme + 3);
        int at = rest.lastIndexOf('@');
        return at >= 0 && rest.substring(0, at).contains(":");
    }

    private String withScheme(String text, Settings settings) {
        var isCluster =
                cluster || settings.get("cluster").filter(Connection::isTrue).isPresent();
        if (!text.contains("://")) {
            return (isCluster ? "redis-cluster://" : "redis://") + text;
        }
        return isCluster ? text.replaceFirst("^redis(s?)://", "redis$1-cluster://") : text;
    }

    private boolean isTls(Settings settings) {
        return tls || settings.get("tls").filter(Connection::isTrue).isPresent();
    }

    private static boolean isTrue(String text) {
        return text.equalsIgnoreCase("true") || text.equals("1");
    }

    private int database(RedisUri base, Settings settings) {
        var number =
                db != null ? db : settings.get("db").map(Connection::number).orElse(base.database());
        if (number < 0 || (number > 0 && base.topology() instanceof Topology.Cluster)) {
            throw CommandException.usage("there is no database " + number + " there");
        }
        return number;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException wrong) {
            throw CommandException.usage("db has to be a number: " + text);
        }
    }

    private Optional<String> password(Settings settings, Surroundings around) {
        if (ask) {
            if (!around.prompt().someone()) {
                throw CommandException.usage("there is nobody at a terminal to ask for the password");
            }
            return Optional.ofNullable(around.prompt().askSecretly("Password: "));
        }
        var file = passwordFile.isEmpty() ? Optional.<String>empty() : Optional.of(passwordFile);
        return file.or(() -> settings.get("password").isPresent() ? Optional.empty() : settings.get("password-file"))
                .map(path -> firstLine(path, around))
                .or(() -> settings.get("password"));
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
