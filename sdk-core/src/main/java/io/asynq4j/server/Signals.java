package io.asynq4j.server;

import io.asynq4j.time.Handle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening to the signals of the operating system. The only way to them is {@code sun.misc.Signal}, which not every Java
 * has, so it is reached by reflection.
 */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Runs {@code action} at each of the signals, such as {@code TERM}, until the handle is closed. Those it could not get are left out. */
    static Registered on(List<String> names, Runnable action) {
        var undo = new ArrayList<Runnable>();
        var registered = new ArrayList<String>();
        for (var name : names) {
            try {
                undo.add(register(name, action));
                registered.add(name);
            } catch (ReflectiveOperationException | RuntimeException | LinkageError unavailable) {
                log.debug("signal {} cannot be listened to here: {}", name, unavailable.toString());
            }
        }
        return new Registered(List.copyOf(registered), () -> undo.forEach(Runnable::run));
    }

    /** Which signals are listened to, and how to stop that. */
    record Registered(List<String> names, Handle handle) {}

    private static Runnable register(String name, Runnable action) throws ReflectiveOperationException {
        var signalType = Class.forName("sun.misc.Signal");
        var handlerType = Class.forName("sun.misc.SignalHandler");
        var signal = signalType.getConstructor(String.class).newInstance(name);
        var handler = Proxy.newProxyInstance(
                handlerType.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, args) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return identity(proxy, method.getName(), args);
                    }
                    action.run();
                    return null;
                });
        var handle = signalType.getMethod("handle", signalType, handlerType);
        var before = handle.invoke(null, signal, handler);
        return () -> {
            try {
                handle.invoke(null, signal, before);
            } catch (IllegalAccessException | InvocationTargetException stays) {
                log.debug("signal {} keeps our handler: {}", name, stays.toString());
            }
        };
    }

    private static Object identity(Object proxy, String method, Object[] args) {
        return switch (method) {
            case "equals" -> proxy == args[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "asynq4j signal handler";
        };
    }
}
