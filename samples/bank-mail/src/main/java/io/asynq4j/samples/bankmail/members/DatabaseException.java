package io.asynq4j.samples.bankmail.members;

import java.sql.SQLException;

/** The database did not do what it was asked to; trying again later may help. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseException(SQLException cause) {
        super(cause.getMessage(), cause);
    }
}
