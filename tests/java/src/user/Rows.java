package user;

import static user.Check.same;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Results of several blocks, read to the end, in turns, and not to the end. */
final class Rows {
    static final int MANY = 10000;
    private static final long START = 1700000000000L;

    static void run(Server server) throws Exception {
        try (Connection connection = server.create("")) {
            fill(connection, "t", MANY);
            try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM t ORDER BY ts")) {
                for (int i = 0; i < MANY; i++) {
                    same("next", rows.next(), true);
                    check(rows, i);
                    if (i % 2500 == 0) {
                        System.gc();
                    }
                }
                same("end", rows.next(), false);
            }
            stopEarly(connection);
            inTurns(connection);
            forgotten(connection);
            same("count", read(connection, "SELECT COUNT(*) FROM t"), Arrays.asList(row((long) MANY)));
        }
    }

    /** A table of that many rows, each tenth of NULLs. */
    static void fill(Connection connection, String table, int many) throws SQLException {
        update(connection, "CREATE TABLE " + table + " (ts TIMESTAMP, n INT, s NCHAR(30))");
        for (int first = 0; first < many; first += 2500) {
            StringBuilder insert = new StringBuilder("INSERT INTO " + table + " VALUES");
            for (int i = first; i < first + 2500; i++) {
                insert.append(i % 10 == 9 ? " (" + (START + i) + ", NULL, NULL)" : " (" + (START + i) + ", " + i + ", '" + note(i) + "')");
            }
            same("written", update(connection, insert.toString()), 2500);
        }
    }

    static String note(int i) {
        return "Zeile " + i + " äöü 行 😀";
    }

    static void check(ResultSet rows, int i) throws SQLException {
        same("time", rows.getTimestamp(1).getTime(), START + i);
        same("number", rows.getObject(2), i % 10 == 9 ? null : i);
        same("text", rows.getString("s"), i % 10 == 9 ? null : note(i));
    }

    private static void stopEarly(Connection connection) throws SQLException {
        for (int limit : new int[] {0, 1, 4096, 4097, 9000}) {
            try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM t ORDER BY ts")) {
                for (int i = 0; i < limit; i++) {
                    same("next", rows.next(), true);
                }
            }
        }
    }

    private static void inTurns(Connection connection) throws SQLException {
        List<Statement> statements = new ArrayList<>();
        List<ResultSet> results = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            statements.add(connection.createStatement());
            results.add(statements.get(k).executeQuery("SELECT * FROM t ORDER BY ts"));
        }
        for (int i = 0; i < MANY; i++) {
            for (ResultSet rows : results) {
                same("next", rows.next(), true);
                if (i % 1000 == 0) {
                    check(rows, i);
                }
            }
        }
        for (Statement statement : statements) {
            statement.close();
        }
    }

    /** Results and statements that nobody closes: the garbage collector takes them in any order. */
    private static void forgotten(Connection connection) throws SQLException {
        for (int i = 0; i < 20; i++) {
            connection.createStatement().executeQuery("SELECT * FROM t ORDER BY ts").next();
            if (i % 5 == 0) {
                System.gc();
                System.runFinalization();
            }
        }
    }
}
