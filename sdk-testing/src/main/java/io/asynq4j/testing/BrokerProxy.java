package io.asynq4j.testing;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Examination;
import io.asynq4j.spi.Inspection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A broker that does something around each call of another one, whatever roles brokers have. */
final class BrokerProxy implements InvocationHandler {
    private final Object real;
    private final Around around;

    private BrokerProxy(Object real, Around around) {
        this.real = real;
        this.around = around;
    }

    static Broker of(Broker broker, Around around) {
        return of(Broker.class, broker, around);
    }

    private static <T> T of(Class<T> role, T real, Around around) {
        return role.cast(Proxy.newProxyInstance(
                BrokerProxy.class.getClassLoader(), new Class<?>[] {role}, new BrokerProxy(real, around)));
    }

    /** What is done around a call. */
    @FunctionalInterface
    interface Around {
        @Nullable
        Object call(Method method, Object[] args, Call next) throws Throwable;
    }

    /** The call itself. */
    @FunctionalInterface
    interface Call {
        @Nullable
        Object make() throws Throwable;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> args != null && proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "around " + real;
            };
        }
        if (real instanceof Broker broker && method.getName().equals("inspection")) {
            return of(Inspection.class, broker.inspection(), around);
        }
        if (real instanceof Broker broker && method.getName().equals("examination")) {
            return of(Examination.class, broker.examination(), around);
        }
        var given = args == null ? new Object[0] : args;
        return around.call(method, given, () -> {
            try {
                return method.invoke(real, given);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause() == null ? thrown : thrown.getCause();
            }
        });
    }
}
