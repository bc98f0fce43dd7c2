package user;

import static user.Check.refused;
import static user.Check.same;
import static user.Check.that;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** Codes and texts of what is refused; the connection goes on after it. */
final class Errors {
    static void run(Server server) throws Exception {
        try (Connection connection = server.create("")) {
            update(connection, "CREATE TABLE t (ts TIMESTAMP, v INT)");
            refused("table", 0x80002603, "Table does not exist", () -> read(connection, "SELECT * FROM no_such_table"));
            refused("insert", 0x80002603, "Table does not exist", () -> update(connection, "INSERT INTO no_such_table VALUES (1, 1)"));
            refused("syntax", 0x80002600, "syntax error near", () -> read(connection, "SELECT FROM WHERE"));
            refused("a write as a query", 0x2307, "", () -> read(connection, "INSERT INTO t VALUES (1700000000000, 1)"));
            refused("too long", 0x80000219, "SQL statement too long", () -> read(connection, longText(1 << 20)));
            same("goes on", read(connection, "SELECT v FROM t"), Arrays.asList(row(1)));

            Statement closed = connection.createStatement();
            closed.close();
            refused("closed statement", 0x2304, "statement is closed", () -> closed.executeQuery("SELECT 1"));
            int before = openFiles();
            for (int i = 0; i < 200; i++) {
                try {
                    read(connection, "SELECT * FROM no_such_table_" + i);
                    throw new AssertionError("was not refused");
                } catch (SQLException expected) {
                    same("code", expected.getErrorCode(), 0x80002603);
                }
            }
            that("open files", openFiles() <= before + 5);
        }
        refused("password", 0x2354, "Authentication failure", () -> server.connect("", "password", "wrong"));
        refused("user", 0x2354, "", () -> server.connect("", "user", "nobody"));
        refused("database", 0x2354, "Database not exist", () -> server.connect("no_such_database"));
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        refused("nobody listens", 0x2354, "Unable to establish connection: 127.0.0.1:" + port + ": Connection refused", () -> new Server("127.0.0.1", port, "").connect(""));
        Connection closed = server.connect(server.database);
        Statement statement = closed.createStatement();
        closed.close();
        refused("closed connection", 0x2301, "connection already closed", () -> closed.createStatement());
        refused("its statement", 0x2304, "statement is closed", () -> statement.executeQuery("SELECT 1"));
    }

    private static String longText(int length) {
        char[] text = new char[length];
        Arrays.fill(text, 'x');
        return "SELECT '" + new String(text) + "'";
    }

    private static int openFiles() {
        String[] files = new java.io.File("/proc/self/fd").list();
        return files == null ? 0 : files.length;
    }
}
