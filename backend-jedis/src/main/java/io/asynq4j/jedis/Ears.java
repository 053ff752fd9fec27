package io.asynq4j.jedis;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/** What is heard over one connection. Commands may be sent by many threads. */
final class Ears extends JedisPubSub {
    private final Supplier<Set<String>> channels;
    private final BiConsumer<String, String> message;
    private final Set<String> subscribed = new HashSet<>(); // of the thread that listens
    private final AtomicLong heard = new AtomicLong();
    private volatile long forgotten;

    Ears(Supplier<Set<String>> channels, BiConsumer<String, String> message) {
        this.channels = channels;
        this.message = message;
    }

    /** Subscribes to one more channel, if the first ones are; otherwise it will be seen then that it is missing. */
    void ask(String channel) {
        try {
            if (isSubscribed()) {
                subscribe(channel);
            }
        } catch (JedisException lost) {
            // the thread that listens sees that too
        }
    }

    /** Asks Redis whether it is there. */
    void ask() {
        try {
            if (isSubscribed()) {
                ping();
            }
        } catch (JedisException lost) {
            // the thread that listens sees that too
        }
    }

    void forget() {
        forgotten = heard.get();
    }

    boolean heardSince() {
        return heard.get() != forgotten;
    }

    boolean everHeard() {
        return heard.get() > 0;
    }

    @Override
    public void onSubscribe(String channel, int count) {
        heard.incrementAndGet();
        subscribed.add(channel);
        for (var wanted : channels.get()) {
            if (subscribed.add(wanted)) {
                ask(wanted);
            }
        }
    }

    @Override
    public void onMessage(String channel, String text) {
        heard.incrementAndGet();
        message.accept(channel, text);
    }

    @Override
    public void onPong(String text) {
        heard.incrementAndGet();
    }
}
