package io.asynq4j.server;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Virtual threads, which this code cannot name as long as it is compiled for Java 17: found by method handles, once. */
final class VirtualThreads {
    private static final int SINCE = 21;

    private static final @Nullable MethodHandle FACTORY = Runtime.version().feature() < SINCE ? null : findFactory();

    private VirtualThreads() {}

    /** Makes virtual threads named {@code prefix} and a number; null where there are none. */
    static @Nullable ThreadFactory factory(String prefix) {
        if (FACTORY == null) {
            return null;
        }
        try {
            return (ThreadFactory) FACTORY.invoke(prefix, 0L);
        } catch (Throwable unexpected) {
            throw new IllegalStateException("virtual threads are there but cannot be made", unexpected);
        }
    }

    /** {@code (prefix, start) -> Thread.ofVirtual().name(prefix, start).factory()}. */
    private static @Nullable MethodHandle findFactory() {
        try {
            var lookup = MethodHandles.publicLookup();
            var builder = Class.forName("java.lang.Thread$Builder");
            var ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
            var make = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual));
            var name = lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class, long.class));
            var factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
            var named = MethodHandles.foldArguments(name.asType(name.type().changeParameterType(0, ofVirtual)), make);
            return MethodHandles.filterReturnValue(named, factory);
        } catch (ReflectiveOperationException none) {
            return null;
        }
    }
}
