package user;

import static user.Check.same;
import static user.Check.that;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import com.taosdata.jdbc.TSDBPreparedStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;

/** The driver's own prepared statements, whose columns and tags are bound. */
final class Bound {
    private static final long START = 1700000000000L;

    static void run(Server server) throws Exception {
        try (Connection connection = server.create("")) {
            types(connection);
            tables(connection);
            many(connection);
            mistakes(connection);
        }
    }

    @SafeVarargs
    private static <T> ArrayList<T> list(T... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    private static TSDBPreparedStatement prepare(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(sql).unwrap(TSDBPreparedStatement.class);
    }

    private static void execute(TSDBPreparedStatement statement) throws SQLException {
        statement.columnDataAddBatch();
        statement.columnDataExecuteBatch();
    }

    private static void types(Connection connection) throws SQLException {
        update(connection, "CREATE TABLE p (ts TIMESTAMP, b BOOL, ti TINYINT, si SMALLINT, i INT, bi BIGINT, f FLOAT, d DOUBLE, vc VARCHAR(40), nc NCHAR(20), at TIMESTAMP)");
        try (TSDBPreparedStatement insert = prepare(connection, "INSERT INTO p VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setTimestamp(0, list(START, START + 1, START + 2));
            insert.setBoolean(1, list(true, null, false));
            insert.setByte(2, list((byte) 127, null, (byte) -128));
            insert.setShort(3, list((short) 32767, null, (short) -32768));
            insert.setInt(4, list(Integer.MAX_VALUE, null, Integer.MIN_VALUE));
            insert.setLong(5, list(Long.MAX_VALUE, null, Long.MIN_VALUE));
            insert.setFloat(6, list(1.5f, null, -0.25f));
            insert.setDouble(7, list(1e300, null, -1e-300));
            insert.setString(8, list("Grüße 世界 😀", null, ""), 40);
            insert.setNString(9, list("Grüße 世界 😀", null, ""), 20);
            insert.setTimestamp(10, list(0L, null, START));
            execute(insert);
        }
        same("bound", read(connection, "SELECT b, ti, si, i, bi, f, d, vc, nc, CAST(at AS BIGINT) FROM p ORDER BY ts"), Arrays.asList(
            row(true, (byte) 127, (short) 32767, Integer.MAX_VALUE, Long.MAX_VALUE, 1.5f, 1e300, Bytes.of("Grüße 世界 😀"), "Grüße 世界 😀", 0L),
            row(null, null, null, null, null, null, null, null, null, null),
            row(false, (byte) -128, (short) -32768, Integer.MIN_VALUE, Long.MIN_VALUE, -0.25f, -1e-300, Bytes.of(""), "", START)));
    }

    private static void tables(Connection connection) throws SQLException {
        update(connection, "CREATE STABLE st (ts TIMESTAMP, v INT, s VARCHAR(20)) TAGS (g INT, place NCHAR(20), big BIGINT, on_off BOOL)");
        try (TSDBPreparedStatement insert = prepare(connection, "INSERT INTO ? USING st TAGS (?, ?, ?, ?) VALUES (?, ?, ?)")) {
            for (int table = 0; table < 5; table++) {
                insert.setTableName("c" + table);
                insert.setTagInt(0, table);
                insert.setTagNString(1, "Ort 城 😀 " + table);
                insert.setTagLong(2, Long.MAX_VALUE - table);
                if (table == 4) {
                    insert.setTagNull(3, com.taosdata.jdbc.TSDBConstants.TSDB_DATA_TYPE_BOOL);
                } else {
                    insert.setTagBoolean(3, table % 2 == 0);
                }
                insert.setTimestamp(0, list(START, START + 1));
                insert.setInt(1, list(table * 10, null));
                insert.setString(2, list(null, "t" + table), 20);
                insert.columnDataAddBatch();
            }
            insert.columnDataExecuteBatch();
        }
        same("tables", read(connection, "SELECT tbname, g, place, big, on_off, v, s FROM st WHERE g IN (0, 4) ORDER BY g, ts"), Arrays.asList(
            row(Bytes.of("c0"), 0, "Ort 城 😀 0", Long.MAX_VALUE, true, 0, null),
            row(Bytes.of("c0"), 0, "Ort 城 😀 0", Long.MAX_VALUE, true, null, Bytes.of("t0")),
            row(Bytes.of("c4"), 4, "Ort 城 😀 4", Long.MAX_VALUE - 4, null, 40, null),
            row(Bytes.of("c4"), 4, "Ort 城 😀 4", Long.MAX_VALUE - 4, null, null, Bytes.of("t4"))));
    }

    private static void many(Connection connection) throws SQLException {
        update(connection, "CREATE TABLE big (ts TIMESTAMP, v INT, s NCHAR(10))");
        try (TSDBPreparedStatement insert = prepare(connection, "INSERT INTO ? VALUES (?, ?, ?)")) {
            for (int batch = 0; batch < 4; batch++) {
                ArrayList<Long> times = new ArrayList<>();
                ArrayList<Integer> numbers = new ArrayList<>();
                ArrayList<String> texts = new ArrayList<>();
                for (int i = 0; i < 2500; i++) {
                    times.add(START + batch * 2500 + i);
                    numbers.add(i % 10 == 0 ? null : i);
                    texts.add("n" + i);
                }
                insert.setTableName("big");
                insert.setTimestamp(0, times);
                insert.setInt(1, numbers);
                insert.setNString(2, texts, 10);
                execute(insert);
                System.gc();
            }
        }
        same("many", read(connection, "SELECT COUNT(*), COUNT(v), SUM(v) FROM big"), Arrays.asList(row(10000L, 9000L, 4L * (2499 * 2500 / 2 - 249 * 250 / 2 * 10))));
    }

    /** Refused as an error of the driver, and the connection goes on. */
    private static void mistakes(Connection connection) throws SQLException {
        String[] statements = {"INSERT INTO no_such_table VALUES (?, ?)", "INSERT INTO ? USING no_such_table TAGS (?) VALUES (?, ?)", "nonsense ?"};
        for (String sql : statements) {
            try (TSDBPreparedStatement insert = prepare(connection, sql)) {
                insert.setTimestamp(0, list(START));
                insert.setInt(1, list(1));
                execute(insert);
                throw new AssertionError(sql + ": was not refused");
            } catch (SQLException expected) {
                that(sql + ": " + expected, expected.getErrorCode() != 0);
            }
        }
        TSDBPreparedStatement closed = prepare(connection, "INSERT INTO big VALUES (?, ?, ?)");
        closed.close();
        closed.close();
        same("goes on", read(connection, "SELECT COUNT(*) FROM big"), Arrays.asList(row(10000L)));
    }
}
