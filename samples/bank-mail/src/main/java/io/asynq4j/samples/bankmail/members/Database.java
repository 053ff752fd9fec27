package io.asynq4j.samples.bankmail.members;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * A pool of connections to a database with all migrations applied. H2 (in the mode of PostgreSQL) or PostgreSQL, as the URL
 * says.
 *
 * <p>Safe for use by many threads. Whoever opens it closes it.
 */
public final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 10;

    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /** What is done within a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Transaction transaction) throws SQLException;
    }

    /**
     * Connects, and brings the tables up to date. Several processes may do so at the same time: one migrates, the others wait.
     *
     * @param url of JDBC, such as {@code jdbc:postgresql://localhost/bank}
     * @param user null if the URL has one, or none is needed
     */
    public static Database open(String url, @Nullable String user, @Nullable String password) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setPoolName("bank-mail");
        var pool = new HikariDataSource(config);
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:io/asynq4j/samples/bankmail/migrations")
                    .load()
                    .migrate();
        } catch (RuntimeException failed) {
            pool.close();
            throw failed;
        }
        return new Database(pool);
    }

    /**
     * Runs {@code work} in a transaction of its own, commits, and then does what was to be done after the commit.
     *
     * @throws DatabaseException when the database refuses, or cannot be reached; then nothing has changed, or, if the commit
     *     itself got no answer, nobody can know
     */
    public <T> T transaction(Work<T> work) {
        Transaction transaction;
        T result;
        try (var connection = pool.getConnection()) {
            transaction = new Transaction(connection);
            result = commit(transaction, work);
        } catch (SQLException failed) {
            throw new DatabaseException(failed);
        }
        transaction.committed();
        return result;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static <T> T commit(Transaction transaction, Work<T> work) throws SQLException {
        Connection connection = transaction.connection();
        connection.setAutoCommit(false);
        try {
            var result = work.run(transaction);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException failed) {
            connection.rollback();
            throw failed;
        }
    }
}
