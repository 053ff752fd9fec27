package io.asynq4j.samples.bankmail.members;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** A transaction that is under way. Used by one thread, which must not keep it. */
public final class Transaction {
    private final Connection connection;
    private final List<Runnable> afterCommit = new ArrayList<>();

    Transaction(Connection connection) {
        this.connection = connection;
    }

    /**
     * Has {@code action} run once the database has confirmed the commit, on the thread of the transaction, which holds no
     * connection any more. It does not run when the transaction fails, and nobody runs it when the process dies in between.
     */
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    Connection connection() {
        return connection;
    }

    void committed() {
        afterCommit.forEach(Runnable::run);
    }
}
