package io.asynq4j.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/**
 * A scheduler as others see it.
 *
 * @param schedulerId a random UUID made with the scheduler
 */
public record SchedulerInfo(String host, int pid, String schedulerId) {
    /** A new one of this process. May ask the network once for the name of this machine. */
    public static SchedulerInfo here() {
        return new SchedulerInfo(
                hostName(),
                (int) ProcessHandle.current().pid(),
                UUID.randomUUID().toString());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "unknown-host";
        }
    }
}
