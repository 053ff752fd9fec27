package io.asynq4j.redis.port;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a sentinel says when another server has become the primary.
 *
 * @param master the name that sentinels know the primary by
 * @param oldHost where it was, as a name or an IP address, with {@code oldPort}
 */
public record SwitchMaster(String master, String oldHost, int oldPort) {
    /** The channel of sentinels on which that comes. */
    public static final String CHANNEL = "+switch-master";

    /** When to leave the old server: at once, and again, since other sentinels may have named it for a little longer. */
    public static final List<Duration> LEAVING = List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3));

    /** Reads a message; empty when it is something else. */
    public static Optional<SwitchMaster> of(String message) {
        var words = message.split(" ", -1);
        return words.length == 5 && words[2].matches("\\d{1,5}")
                ? Optional.of(new SwitchMaster(words[0], words[1], Integer.parseInt(words[2])))
                : Optional.empty();
    }

    /** Whether {@code server} is the one that was the primary; null is unknown. */
    public boolean isOld(@Nullable SocketAddress server) {
        if (!(server instanceof InetSocketAddress known)) {
            return false;
        }
        var address = known.getAddress();
        return isOld(known.getHostString(), known.getPort())
                || (address != null && isOld(address.getHostAddress(), known.getPort()));
    }

    /** Whether the server at that address is the one that was the primary. */
    public boolean isOld(String host, int port) {
        return oldHost.equals(host) && oldPort == port;
    }
}
