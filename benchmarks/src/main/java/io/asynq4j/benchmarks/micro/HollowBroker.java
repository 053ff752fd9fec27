package io.asynq4j.benchmarks.micro;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import io.asynq4j.testing.InMemoryBroker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands out as many tasks as it is told to, forgets what becomes of them, and is an empty broker otherwise. */
final class HollowBroker {
    private final Broker empty = InMemoryBroker.create();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger ids = new AtomicInteger();
    private final Semaphore settled = new Semaphore(0);
    private volatile Runnable wakeUp = () -> {};

    Broker asBroker() {
        return (Broker) Proxy.newProxyInstance(
                Broker.class.getClassLoader(),
                new Class<?>[] {Broker.class},
                (proxy, method, args) -> call(method, args));
    }

    /** Hands out tasks, and returns when all have been settled. */
    void work(int tasks) throws InterruptedException {
        left.set(tasks);
        wakeUp.run();
        settled.acquire(tasks);
    }

    private Object call(Method method, Object[] args) throws Throwable {
        switch (method.getName()) {
            case "fetch" -> {
                return fetch((Demand) args[0]);
            }
            case "settle" -> {
                return settle((List<?>) args[0]);
            }
            case "watch" -> wakeUp = (Runnable) args[0];
            default -> {}
        }
        try {
            return method.invoke(empty, args);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private List<Lease> fetch(Demand demand) {
        int wanted = demand.wanted();
        int before = left.getAndUpdate(now -> Math.max(0, now - wanted));
        var leases = new ArrayList<Lease>();
        for (int i = 0; i < Math.min(wanted, before); i++) {
            var options = Options.defaults().taskId("task-" + ids.incrementAndGet());
            var message = TaskMessage.of("bench", Payload.none(), options);
            leases.add(new Lease(message, demand.attempt(), demand.leaseUntil()));
        }
        return leases;
    }

    private List<Settled> settle(List<?> endings) {
        settled.release(endings.size());
        return Collections.nCopies(endings.size(), Settled.WRITTEN);
    }
}
