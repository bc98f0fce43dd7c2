package user;

import static user.Check.refused;
import static user.Check.same;
import static user.Server.all;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.util.Arrays;

/** java.sql's own prepared statements: parameters that the driver writes into the text, batches. */
final class Prepared {
    private static final long START = 1700000000000L;

    static void run(Server server) throws Exception {
        try (Connection connection = server.create("")) {
            update(connection, "CREATE TABLE t (ts TIMESTAMP, n INT, d DOUBLE, b BOOL, s NCHAR(30))");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?, ?, ?, ?)")) {
                insert.setTimestamp(1, new Timestamp(START));
                insert.setInt(2, 42);
                insert.setDouble(3, 2.5);
                insert.setBoolean(4, true);
                insert.setNString(5, "Köln 世界 😀");
                same("one", insert.executeUpdate(), 1);
                for (int i = 1; i <= 500; i++) {
                    insert.setTimestamp(1, new Timestamp(START + i));
                    insert.setInt(2, i);
                    if (i % 2 == 0) {
                        insert.setNull(3, java.sql.Types.DOUBLE);
                    } else {
                        insert.setDouble(3, i / 2.0);
                    }
                    insert.setBoolean(4, false);
                    insert.setString(5, "Reihe " + i);
                    insert.addBatch();
                }
                int[] counts = insert.executeBatch();
                same("counts", counts.length, 500);
                same("each", Arrays.stream(counts).allMatch(count -> count == 1), true);
            }
            try (PreparedStatement query = connection.prepareStatement("SELECT n, d, b, s FROM t WHERE ts >= ? AND n < ? ORDER BY ts LIMIT ?")) {
                query.setTimestamp(1, new Timestamp(START + 1));
                query.setInt(2, 100);
                query.setInt(3, 2);
                try (ResultSet rows = query.executeQuery()) {
                    same("rows", all(rows), Arrays.asList(row(1, 0.5, false, "Reihe 1"), row(2, null, false, "Reihe 2")));
                }
                query.setInt(3, 0);
                try (ResultSet rows = query.executeQuery()) {
                    same("none", rows.next(), false);
                }
            }
            same("first", read(connection, "SELECT n, d, b, s FROM t LIMIT 1"), Arrays.asList(row(42, 2.5, true, "Köln 世界 😀")));
            try (PreparedStatement nowhere = connection.prepareStatement("SELECT * FROM no_such_table WHERE ts > ?")) {
                nowhere.setLong(1, 0);
                refused("table", 0x80002603, "Table does not exist", nowhere::executeQuery);
            }
        }
    }
}
