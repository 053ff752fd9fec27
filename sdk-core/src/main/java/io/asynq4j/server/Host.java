package io.asynq4j.server;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this machine. */
final class Host {
    private Host() {}

    /** As asynq has it; {@code unknown-host} where it cannot be told. May ask the network once. */
    static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "unknown-host";
        }
    }
}
