package user;

import static user.Check.same;
import static user.Check.that;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import com.taosdata.jdbc.TSDBPreparedStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;

/** A server that goes away in the middle, comes back, and stays away. */
final class Gone {
    static void run(Server server) throws Exception {
        try (Connection direct = server.create("")) {
            Rows.fill(direct, "t", 50000);
            update(direct, "CREATE TABLE p (ts TIMESTAMP, v INT)");
        }
        try (Forwarder between = new Forwarder(server.host, server.port)) {
            Server here = new Server("127.0.0.1", between.port(), server.database);
            try (Connection connection = here.connect(server.database)) {
                try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM t ORDER BY ts")) {
                    same("next", rows.next(), true);
                    between.cut();
                    int read = 1;
                    try {
                        while (rows.next()) {
                            read++;
                        }
                        throw new AssertionError("the result ended after " + read + " rows as if nothing was lost");
                    } catch (SQLException expected) {
                        that("code of " + expected, expected.getErrorCode() != 0);
                    }
                    that("rows " + read, read < 50000);
                }
                same("the next statement connects anew", read(connection, "SELECT COUNT(*) FROM t"), Arrays.asList(row(50000L)));
                same("a write, too", update(connection, "INSERT INTO p VALUES (1700000000000, 1)"), 1);

                TSDBPreparedStatement insert = connection.prepareStatement("INSERT INTO p VALUES (?, ?)").unwrap(TSDBPreparedStatement.class);
                insert.setTimestamp(0, new ArrayList<>(Arrays.asList(1700000000001L)));
                insert.setInt(1, new ArrayList<>(Arrays.asList(2)));
                insert.columnDataAddBatch();
                between.close();
                try {
                    insert.columnDataExecuteBatch();
                    throw new AssertionError("rows went to a server that was gone");
                } catch (SQLException expected) {
                    that("code of " + expected, expected.getErrorCode() != 0);
                }
                try {
                    read(connection, "SELECT 1");
                    throw new AssertionError("a server that was gone answered");
                } catch (SQLException expected) {
                    that("text of " + expected, expected.getMessage().contains("Connection refused"));
                }
                same("not valid", connection.isValid(5), false);
                insert.close();
            }
        }
        try (Connection direct = server.connect(server.database)) {
            same("written", read(direct, "SELECT COUNT(*) FROM p"), Arrays.asList(row(1L)));
        }
    }
}
