package io.asynq4j.redis.port;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a URI apart by hand, since {@link java.net.URI} knows no lists of hosts, refuses host names that Docker gives, and
 * shows the whole text in its messages, password and all.
 */
final class UriParser {
    private static final String FORMS = "must start with redis://, rediss://, redis-socket://, redis-sentinel://, "
            + "rediss-sentinel://, redis-cluster:// or rediss-cluster://";

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._-]+");
    private static final Pattern IPV6 = Pattern.compile("\\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)]");

    private final String text;

    private UriParser(String text) {
        this.text = text;
    }

    static RedisUri parse(String text) {
        return new UriParser(Objects.requireNonNull(text, "Redis URI")).parse();
    }

    /** The index of the first of these characters, or the length of {@code text}. */
    static int firstOf(String characters, String text) {
        int i = 0;
        while (i < text.length() && characters.indexOf(text.charAt(i)) < 0) {
            i++;
        }
        return i;
    }

    private RedisUri parse() {
        if (text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw wrong("must not contain white space");
        }
        if (text.indexOf('#') >= 0) {
            throw wrong("must not contain '#'" + encodeHint());
        }
        int schemeEnd = text.indexOf("://");
        var scheme = text.substring(0, Math.max(0, schemeEnd)).toLowerCase(Locale.ROOT);
        var rest = text.substring(schemeEnd < 0 ? 0 : schemeEnd + 3);
        int hostsEnd = firstOf("/?", rest);
        int pathEnd = firstOf("?", rest);
        var authority = rest.substring(0, hostsEnd);
        var path = rest.substring(hostsEnd, pathEnd);
        var query = rest.substring(Math.min(rest.length(), pathEnd + 1));
        boolean tls = scheme.startsWith("rediss");
        switch (scheme) {
            case "redis", "rediss" -> {
                parameters(query, Set.of());
                return new RedisUri(
                        new Topology.Standalone(oneHost(authority)), tls, login(authority), pathDatabase(path));
            }
            case "redis-socket" -> {
                return socket(authority, path, parameters(query, Set.of("db")));
            }
            case "redis-sentinel", "rediss-sentinel" -> {
                var master = parameters(query, Set.of("master")).get("master");
                if (master == null || master.isEmpty()) {
                    throw wrong("needs ?master= and the name that the sentinels know the server by");
                }
                var sentinels = new Topology.Sentinel(hosts(authority, 26379), master, login(authority));
                return new RedisUri(sentinels, tls, Login.none(), pathDatabase(path));
            }
            case "redis-cluster", "rediss-cluster" -> {
                parameters(query, Set.of());
                if (pathDatabase(path) != 0) {
                    throw wrong("must not name a database, since a cluster has only database 0");
                }
                return new RedisUri(new Topology.Cluster(hosts(authority, 6379)), tls, login(authority), 0);
            }
            default -> throw wrong(FORMS);
        }
    }

    private RedisUri socket(String authority, String path, Map<String, String> parameters) {
        if (!authority.substring(authority.lastIndexOf('@') + 1).isEmpty()) {
            throw wrong("must not name a host, only the path of a socket, as in redis-socket:///run/redis.sock"
                    + encodeHint());
        }
        if (path.length() < 2) {
            throw wrong("needs the path of a socket, as in redis-socket:///run/redis.sock");
        }
        var database = parameters.get("db");
        return new RedisUri(
                new Topology.Socket(decoded("the path", path)),
                false,
                login(authority),
                database == null ? 0 : database(database, "db"));
    }

    private Login login(String authority) {
        int at = authority.lastIndexOf('@');
        var info = authority.substring(0, Math.max(0, at));
        int colon = info.indexOf(':');
        if (colon < 0) {
            if (info.isEmpty()) {
                return Login.none();
            }
            throw wrong(
                    "needs a password with the user, as in user:password@host; for a password alone, :password@host");
        }
        var user = decoded("the user", info.substring(0, colon));
        var password = decoded("the password", info.substring(colon + 1));
        if (user.isEmpty() && password.isEmpty()) {
            return Login.none();
        }
        return new Login(user.isEmpty() ? null : user, password);
    }

    private Topology.Host oneHost(String authority) {
        var hosts = hosts(authority, 6379);
        if (hosts.size() > 1) {
            throw wrong("must name one host; several are for the sentinel and cluster forms");
        }
        return hosts.get(0);
    }

    private List<Topology.Host> hosts(String authority, int defaultPort) {
        var hosts = new ArrayList<Topology.Host>();
        for (var host : authority.substring(authority.lastIndexOf('@') + 1).split(",", -1)) {
            hosts.add(host(host, defaultPort));
        }
        return hosts;
    }

    private Topology.Host host(String host, int defaultPort) {
        int colon = host.indexOf(':', Math.max(0, host.lastIndexOf(']')));
        var name = colon < 0 ? host : host.substring(0, colon);
        if (name.isEmpty()) {
            throw wrong("needs a host" + encodeHint());
        }
        var ipv6 = IPV6.matcher(name);
        boolean inBrackets = ipv6.matches();
        if (!inBrackets && !NAME.matcher(name).matches()) {
            throw wrong("has a host that is neither a name nor an IP address (IPv6 goes in brackets, as in [::1])"
                    + encodeHint());
        }
        int port = colon < 0 ? defaultPort : number(host.substring(colon + 1));
        if (port < 1 || port > 65535) {
            throw wrong("must have a port from 1 to 65535" + encodeHint());
        }
        return new Topology.Host(inBrackets ? ipv6.group(1) : name, port);
    }

    /** The first segment; asynq ignores further ones. */
    private int pathDatabase(String path) {
        return path.isEmpty() ? 0 : database(path.substring(1).split("/", 2)[0], "the path");
    }

    private int database(String digits, String where) {
        int number = number(digits);
        if (number < 0) {
            throw wrong("must have the number of a database in " + where + encodeHint());
        }
        return number;
    }

    private Map<String, String> parameters(String query, Set<String> known) {
        var parameters = new LinkedHashMap<String, String>();
        for (var parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = firstOf("=", parameter);
            var name = parameter.substring(0, equals);
            if (!known.contains(name)) {
                throw wrong((known.isEmpty()
                                ? "must not have parameters"
                                : "must not have parameters but " + String.join(", ", known))
                        + encodeHint());
            }
            var value = parameter.substring(Math.min(parameter.length(), equals + 1));
            if (parameters.put(name, decoded(name, value)) != null) {
                throw wrong("must not have " + name + " twice");
            }
        }
        return parameters;
    }

    /** The number, or -1 where there is none that fits. */
    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Integer.parseInt(digits);
    }

    private String decoded(String what, String encoded) {
        var decoded = percentDecoded(encoded);
        if (decoded == null) {
            throw wrong("has a '%' in " + what + " that starts no percent-encoded UTF-8; '%' itself is written %25");
        }
        return decoded;
    }

    private static @Nullable String percentDecoded(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        var source = encoded.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(source.length);
        for (int i = 0; i < source.length; i++) {
            if (source[i] != '%') {
                bytes.put(source[i]);
                continue;
            }
            int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
            int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    /** A raw '/', '?' or '#' in a password ends the hosts too early, and the errors that follow are puzzling. */
    private String encodeHint() {
        int at = text.lastIndexOf('@');
        int hosts = text.indexOf("://") + 3;
        return hosts >= 3 && at > hosts && firstOf("/?#", text.substring(hosts, at)) < at - hosts
                ? " ('/', '?' and '#' in a user or password are written %2F, %3F and %23)"
                : "";
    }

    private IllegalArgumentException wrong(String rule) {
        return new IllegalArgumentException("Redis URI " + Redacted.of(text) + " " + rule);
    }
}
