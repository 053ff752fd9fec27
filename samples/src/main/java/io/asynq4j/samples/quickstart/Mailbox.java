package io.asynq4j.samples.quickstart;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Holds all messages that a mail server has taken. Safe for use by many threads. */
class Mailbox {
    private final List<Arrived> messages = new CopyOnWriteArrayList<>();

    /** A message, as far as we count. */
    record Arrived(String taskId, String recipient) {}

    void put(Arrived message) {
        messages.add(message);
    }

    List<Arrived> messages() {
        return List.copyOf(messages);
    }
}
