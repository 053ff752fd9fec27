package io.asynq4j.samples;

import io.asynq4j.handler.Handler;
import java.io.PrintStream;
import java.util.Map;

/** A handler that does no harm when its task runs twice. */
public final class IdempotentSample {
    private IdempotentSample() {}

    /**
     * Books an amount.
     *
     * @param ledger stands for a table whose first column is unique
     */
    static Handler<String> book(Map<String, String> ledger, PrintStream out) {
        return (amount, context) -> {
            // One transaction: INSERT INTO bookings (task_id, amount) … ON CONFLICT DO NOTHING
            boolean first = ledger.putIfAbsent(context.taskId(), amount) == null;
            out.println(first ? "booked " + amount : "booked already");
        };
    }
}
