package user;

import static user.Check.same;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.Arrays;

/** A table of all types that the driver's native form knows: the edges, NULLs, what is not ASCII; in each precision. */
final class Types {
    private static final byte[] POINT = {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40};
    /** Type, two literals, and what getObject makes of them. The third row of each is NULL. */
    private static final Object[][] COLUMNS = {
        {"BOOL", "true", "false", true, false},
        {"TINYINT", "127", "-128", (byte) 127, (byte) -128},
        {"SMALLINT", "32767", "-32768", (short) 32767, (short) -32768},
        {"INT", "2147483647", "-2147483648", Integer.MAX_VALUE, Integer.MIN_VALUE},
        {"BIGINT", "9223372036854775807", "-9223372036854775808", Long.MAX_VALUE, Long.MIN_VALUE},
        {"TINYINT UNSIGNED", "255", "0", (short) 255, (short) 0},
        {"SMALLINT UNSIGNED", "65535", "0", 65535, 0},
        {"INT UNSIGNED", "4294967295", "0", 4294967295L, 0L},
        {"BIGINT UNSIGNED", "18446744073709551615", "0", new BigInteger("18446744073709551615"), BigInteger.ZERO},
        {"FLOAT", "1.5", "-0.1", 1.5f, -0.1f},
        {"DOUBLE", "3.141592653589793", "-1e300", Math.PI, -1e300},
        {"VARCHAR(60)", "'Grüße, 世界 🌍'", "''", Bytes.of("Grüße, 世界 🌍"), Bytes.of("")},
        {"NCHAR(20)", "'Grüße, 世界 🌍'", "''", "Grüße, 世界 🌍", ""},
        {"VARBINARY(20)", "'\\x00ff10'", "''", new Bytes((byte) 0, (byte) 0xff, (byte) 0x10), new Bytes()},
        {"GEOMETRY(100)", "'POINT(1 2)'", "'POINT(1 2)'", new Bytes(POINT), new Bytes(POINT)},
    };

    static void run(Server server) throws Exception {
        for (String precision : new String[] {"ms", "us", "ns"}) {
            try (Connection connection = server.create("PRECISION '" + precision + "'")) {
                values(connection, precision);
            }
        }
        try (Connection connection = server.connect(server.database)) {
            json(connection);
        }
    }

    private static void values(Connection connection, String precision) throws Exception {
        StringBuilder table = new StringBuilder("CREATE TABLE t (ts TIMESTAMP, at TIMESTAMP");
        for (int i = 0; i < COLUMNS.length; i++) {
            table.append(", c").append(i).append(' ').append(COLUMNS[i][0]);
        }
        update(connection, table + ")");
        // The last digit of each precision.
        String digits = precision.equals("ms") ? "123" : precision.equals("us") ? "123456" : "123456789";
        long start = Long.parseLong("1700000000" + digits);
        for (int number = 0; number < 3; number++) {
            StringBuilder insert = new StringBuilder("INSERT INTO t VALUES (" + (start + number) + ", " + (number == 2 ? "NULL" : String.valueOf(start)));
            for (Object[] column : COLUMNS) {
                insert.append(", ").append(number == 2 ? "NULL" : column[1 + number]);
            }
            same("written", update(connection, insert + ")"), 1);
        }
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM t ORDER BY ts")) {
            for (int number = 0; number < 3; number++) {
                same("next", rows.next(), true);
                same("time in " + precision, rows.getTimestamp(1), time(Integer.parseInt((digits + "000000").substring(0, 9)) + number * nanoseconds(precision)));
                same("a time", rows.getTimestamp(2), number == 2 ? null : time(Integer.parseInt((digits + "000000").substring(0, 9))));
                for (int i = 0; i < COLUMNS.length; i++) {
                    Object value = rows.getObject(3 + i);
                    if (value instanceof java.math.BigDecimal) {
                        value = ((java.math.BigDecimal) value).toBigIntegerExact(); // of older drivers
                    }
                    same((String) COLUMNS[i][0], value instanceof byte[] ? new Bytes((byte[]) value) : value, number == 2 ? null : COLUMNS[i][3 + number]);
                    same("was null", rows.wasNull(), number == 2);
                }
                same("text", rows.getString("c11"), number == 0 ? "Grüße, 世界 🌍" : number == 1 ? "" : null);
                same("a number as another", rows.getLong("c3"), number == 0 ? 2147483647L : number == 1 ? -2147483648L : 0L);
            }
            same("end", rows.next(), false);
        }
    }

    private static int nanoseconds(String precision) {
        return precision.equals("ms") ? 1000000 : precision.equals("us") ? 1000 : 1;
    }

    private static Timestamp time(int nanoseconds) {
        Timestamp time = new Timestamp(1700000000000L);
        time.setNanos(nanoseconds);
        return time;
    }

    private static void json(Connection connection) throws Exception {
        update(connection, "CREATE STABLE st (ts TIMESTAMP, v INT) TAGS (info JSON)");
        update(connection, "INSERT INTO tagged USING st TAGS ('{\"city\":\"Zürich\",\"n\":1}') VALUES (1700000000000000000, 1)");
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT info, info->'city' FROM st")) {
            same("next", rows.next(), true);
            same("JSON", rows.getString(1), "{\"city\":\"Zürich\",\"n\":1}");
            same("a member", rows.getString(2), "\"Zürich\"");
        }
        same("its table", read(connection, "SELECT v FROM st WHERE info->'n' = 1"), Arrays.asList(row(1)));
    }
}
