package io.asynq4j.samples.bankmail.members;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table of members and that of their codes. Safe for use by many threads; blocks, and throws {@link DatabaseException}. */
public final class Members {
    private static final String UNIQUE_VIOLATION = "23505"; // to H2 and PostgreSQL alike

    private final Database database;
    private final InstantSource time;

    public Members(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    /**
     * Stores a new member as part of {@code transaction}, and answers the id.
     *
     * @throws EmailTakenException when another member has the address
     */
    public long create(Transaction transaction, String name, String email) throws SQLException {
        try (var insert = transaction
                .connection()
                .prepareStatement(
                        "insert into members (name, email, created_at) values (?, ?, ?)", new String[] {"id"})) {
            insert.setString(1, name);
            insert.setString(2, email);
            insert.setObject(3, sql(time.instant()));
            insert.executeUpdate();
            try (var keys = insert.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        } catch (SQLException failed) {
            if (UNIQUE_VIOLATION.equals(failed.getSQLState())) {
                throw new EmailTakenException(failed);
            }
            throw failed;
        }
    }

    public Optional<Member> find(long id) {
        return database.transaction(transaction -> {
            try (var select = transaction
                    .connection()
                    .prepareStatement("select id, name, email, asked_at, verified_at from members where id = ?")) {
                select.setLong(1, id);
                try (var rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(member(rows)) : Optional.empty();
                }
            }
        });
    }

    /**
     * The member's one code: {@code fresh} if there was none. When two attempts at the same task come here at the same time,
     * the primary key lets one of them in, and both get its code.
     */
    public String code(long memberId, String fresh) {
        return database.transaction(transaction -> {
            try (var insert = transaction
                    .connection()
                    .prepareStatement("insert into verification_codes (member_id, code, created_at) values (?, ?, ?)"
                            + " on conflict do nothing")) {
                insert.setLong(1, memberId);
                insert.setString(2, fresh);
                insert.setObject(3, sql(time.instant()));
                insert.executeUpdate();
            }
            try (var select = transaction
                    .connection()
                    .prepareStatement("select code from verification_codes where member_id = ?")) {
                select.setLong(1, memberId);
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return rows.getString(1);
                }
            }
        });
    }

    /** Notes that the mail with the code was sent. */
    public void markAsked(long memberId) {
        update("update members set asked_at = coalesce(asked_at, ?) where id = ?", statement -> {
            statement.setObject(1, sql(time.instant()));
            statement.setLong(2, memberId);
        });
    }

    /** Notes that the member has answered, and answers whether {@code code} is the member's. */
    public boolean verify(long memberId, String code) {
        return update(
                        "update members set verified_at = coalesce(verified_at, ?) where id = ?"
                                + " and exists (select 1 from verification_codes where member_id = ? and code = ?)",
                        statement -> {
                            statement.setObject(1, sql(time.instant()));
                            statement.setLong(2, memberId);
                            statement.setLong(3, memberId);
                            statement.setString(4, code);
                        })
                == 1;
    }

    /**
     * Members who were created before {@code moment} and not sent their code, the oldest first, {@code limit} at most.
     *
     * @param after the last one of the page before, or {@link NotAsked#BEFORE_ALL}
     */
    public List<NotAsked> notAsked(Instant moment, NotAsked after, int limit) {
        return database.transaction(transaction -> {
            try (var select = transaction
                    .connection()
                    .prepareStatement("select id, members.created_at, code is not null from members"
                            + " left join verification_codes on member_id = id"
                            + " where asked_at is null and members.created_at < ? and (members.created_at, id) > (?, ?)"
                            + " order by members.created_at, id limit ?")) {
                select.setObject(1, sql(moment));
                select.setObject(2, sql(after.createdAt()));
                select.setLong(3, after.id());
                select.setInt(4, limit);
                var page = new ArrayList<NotAsked>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        var createdAt = rows.getObject(2, OffsetDateTime.class).toInstant();
                        page.add(new NotAsked(rows.getLong(1), createdAt, rows.getBoolean(3)));
                    }
                }
                return page;
            }
        });
    }

    /** How many there are, and how many of them have answered. */
    public Count count() {
        return database.transaction(transaction -> {
            try (var select = transaction
                            .connection()
                            .prepareStatement("select count(*), count(verified_at) from members");
                    var rows = select.executeQuery()) {
                rows.next();
                return new Count(rows.getLong(1), rows.getLong(2));
            }
        });
    }

    /** Numbers of members. */
    public record Count(long members, long verified) {}

    private int update(String sql, Parameters parameters) {
        return database.transaction(transaction -> {
            try (var statement = transaction.connection().prepareStatement(sql)) {
                parameters.set(statement);
                return statement.executeUpdate();
            }
        });
    }

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                row.getLong("id"),
                row.getString("name"),
                row.getString("email"),
                row.getObject("asked_at") != null,
                row.getObject("verified_at") != null);
    }

    private static OffsetDateTime sql(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
