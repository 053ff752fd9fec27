package io.asynq4j.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What is to be run in virtual time, and whose turn it is to run it. Safe for use by many threads. */
final class Agenda {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All guarded by `lock`.
    private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
    private final TreeSet<Timer> timers =
            new TreeSet<>(Comparator.comparing(Timer::due).thenComparingLong(timer -> timer.number));
    private long timersMade;
    private @Nullable Thread runner;
    private int depth;

    /** An action and when it is due; the number tells those of one instant apart. */
    static final class Timer {
        private final long number;
        private final Runnable action;
        private Instant due; // changed only while in no set, with the lock held

        Timer(Instant due, long number, Runnable action) {
            this.due = due;
            this.number = number;
            this.action = action;
        }

        Instant due() {
            return due;
        }

        Runnable action() {
            return action;
        }
    }

    void add(Runnable action) {
        locked(() -> actions.add(action));
    }

    Timer add(Instant due, Runnable action) {
        lock.lock();
        try {
            var timer = new Timer(due, timersMade++, action);
            timers.add(timer);
            changed.signalAll();
            return timer;
        } finally {
            lock.unlock();
        }
    }

    void remove(Timer timer) {
        locked(() -> timers.remove(timer));
    }

    @Nullable
    Runnable takeAction() {
        lock.lock();
        try {
            return actions.poll();
        } finally {
            lock.unlock();
        }
    }

    /** The earliest timer, if it is due at {@code latest}. */
    @Nullable
    Timer takeTimer(Instant latest) {
        lock.lock();
        try {
            return timers.isEmpty() || timers.first().due().isAfter(latest) ? null : timers.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Makes every timer due {@code by} later. */
    void postpone(Duration by) {
        locked(() -> {
            var all = List.copyOf(timers);
            timers.clear();
            all.forEach(timer -> timer.due = timer.due.plus(by));
            timers.addAll(all);
        });
    }

    int timers() {
        lock.lock();
        try {
            return timers.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the turn, waiting while another thread has it. To be left as often as it was entered. */
    void enter() {
        lock.lock();
        try {
            while (!isMine()) {
                changed.awaitUninterruptibly();
            }
            take();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the turn unless another thread has it, and says whether this thread has it now. */
    boolean tryEnter() {
        lock.lock();
        try {
            if (isMine()) {
                take();
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the thread that has the turn has entered just once: it is not inside an action. */
    boolean isOutermost() {
        lock.lock();
        try {
            return depth == 1;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        locked(() -> {
            if (--depth == 0) {
                runner = null;
            }
        });
    }

    /** Lets threads in {@link #awaitWork} look again. */
    void wake() {
        locked(() -> {});
    }

    /**
     * Waits until there is something to run and nobody else is at it, or {@code ended}.
     *
     * @return false when {@code nanos} of real time have passed before that
     */
    boolean awaitWork(BooleanSupplier ended, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!ended.getAsBoolean() && !(isMine() && !(actions.isEmpty() && timers.isEmpty()))) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits, for real, until an action is there to be run; for the thread that has the turn.
     *
     * @return false when {@code nanos} have passed before that
     */
    boolean awaitAction(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (actions.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isMine() {
        return runner == null || runner == Thread.currentThread();
    }

    private void take() {
        runner = Thread.currentThread();
        depth++;
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
