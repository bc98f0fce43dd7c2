package user;

import static user.Check.same;
import static user.Check.that;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.Arrays;

/** The driver's tour: connect, write, read, look around. */
final class Basics {
    static void run(Server server) throws Exception {
        try (Connection connection = server.create("VGROUPS 1")) {
            same("changed", update(connection, "CREATE STABLE weather (ts TIMESTAMP, temperature DOUBLE, note NCHAR(20)) TAGS (site VARCHAR(20), floor INT)"), 0);
            try (Statement statement = connection.createStatement()) {
                same("written", statement.executeUpdate("INSERT INTO roof USING weather TAGS ('roof', 3) VALUES (1700000000000, 20.5, 'Grüße 世界 😀') (1700000001000, 21.0, NULL)"), 2);
                same("a result", statement.execute("SELECT temperature FROM weather ORDER BY ts"), true);
                try (ResultSet rows = statement.getResultSet()) {
                    same("first", rows.next() ? rows.getDouble(1) : null, 20.5);
                    same("by name", rows.next() ? rows.getDouble("temperature") : null, 21.0);
                    same("end", rows.next(), false);
                }
                same("no result", statement.execute("INSERT INTO cellar USING weather TAGS ('cellar', -1) VALUES (1700000000000, 11.25, 'x')"), false);
                same("its count", statement.getUpdateCount(), 1);
                try (ResultSet rows = statement.executeQuery("SELECT ts, note, site, floor, tbname FROM weather WHERE temperature < ? ".replace("?", "21") + "ORDER BY temperature")) {
                    ResultSetMetaData columns = rows.getMetaData();
                    same("columns", columns.getColumnCount(), 5);
                    same("label", columns.getColumnLabel(2), "note");
                    same("type", columns.getColumnTypeName(2), "NCHAR");
                    same("kind", columns.getColumnType(4), java.sql.Types.INTEGER);
                    that("first", rows.next());
                    same("floor", rows.getInt("floor"), -1);
                    same("site", rows.getString("site"), "cellar");
                    that("second", rows.next());
                    same("time", rows.getTimestamp(1), new Timestamp(1700000000000L));
                    same("text", rows.getString("note"), "Grüße 世界 😀");
                    same("table", rows.getString("tbname"), "roof");
                }
            }
            same("empty", read(connection, "SELECT ts FROM weather WHERE ts < 0"), Arrays.asList());
            same("a label of four bytes a character", label(connection, "SELECT 1 AS `a😀b`"), "a😀b");
            same("valid", connection.isValid(5), true);

            DatabaseMetaData about = connection.getMetaData();
            that("version " + about.getDatabaseProductVersion(), about.getDatabaseProductVersion().startsWith("3."));
            int tables = 0;
            try (ResultSet rows = about.getTables(server.database, null, "%", new String[] {"TABLE"})) {
                while (rows.next()) {
                    tables++;
                }
            }
            that("tables " + tables, tables >= 2);

            // Two results of one connection, read in turns.
            try (Statement one = connection.createStatement(); Statement two = connection.createStatement();
                    ResultSet left = one.executeQuery("SELECT ts FROM weather ORDER BY ts"); ResultSet right = two.executeQuery("SELECT ts FROM weather ORDER BY ts DESC")) {
                that("turns", left.next() && right.next() && left.next() && right.next());
            }
        }

        // In the URL, as configuration files have it.
        try (Connection connection = DriverManager.getConnection(server.url(server.database) + "?user=root&password=taosdata")) {
            same("by URL", read(connection, "SELECT COUNT(*) FROM weather"), Arrays.asList(row(3L)));
        }
        Connection closed = server.connect(server.database);
        closed.close();
        closed.close();
        same("closed", closed.isClosed(), true);
        same("not valid", closed.isValid(1), false);
    }

    private static String label(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            return rows.getMetaData().getColumnLabel(1);
        }
    }
}
