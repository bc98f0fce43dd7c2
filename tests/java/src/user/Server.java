package user;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/** Where the programs connect to, and what they all do there. */
final class Server {
    /** Of the driver's URL; the empty string leaves the choice of a server to the library's settings. */
    final String host;
    final int port;
    final String database;

    Server(String host, int port, String database) {
        this.host = host;
        this.port = port;
        this.database = database;
    }

    /** {@code -Dscheme=jdbc:TAOS-WS} runs most programs over the driver's own WebSocket client, which tells whose fault a failure is. */
    String url(String database) {
        String where = host.isEmpty() ? ":" : host + ":" + port;
        return System.getProperty("scheme", "jdbc:TAOS") + "://" + where + "/" + database;
    }

    /** {@code more} is keys and values. */
    static Properties properties(String... more) {
        Properties properties = new Properties();
        properties.setProperty("user", "root");
        properties.setProperty("password", "taosdata");
        properties.setProperty("charset", "UTF-8");
        properties.setProperty("timezone", "UTC");
        if (System.getProperty("cfgdir") != null) {
            properties.setProperty("cfgdir", System.getProperty("cfgdir"));
        }
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return properties;
    }

    Connection connect(String database, String... more) throws SQLException {
        return DriverManager.getConnection(url(database), properties(more));
    }

    /** Makes the database anew and connects to it. */
    Connection create(String options) throws SQLException {
        try (Connection connection = connect("")) {
            update(connection, "DROP DATABASE IF EXISTS " + database);
            update(connection, "CREATE DATABASE " + database + " " + options);
        }
        return connect(database);
    }

    /** Executes a statement; how many rows it has changed. */
    static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    /** All rows of a query, with byte arrays as lists of their bytes. */
    static List<List<Object>> read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            return all(rows);
        }
    }

    static List<List<Object>> all(ResultSet rows) throws SQLException {
        List<List<Object>> all = new ArrayList<>();
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            List<Object> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                Object value = rows.getObject(i);
                row.add(value instanceof byte[] ? new Bytes((byte[]) value) : value);
            }
            all.add(row);
        }
        return all;
    }

    static List<Object> row(Object... values) {
        return new ArrayList<>(Arrays.asList(values));
    }
}
