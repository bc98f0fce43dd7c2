import com.taosdata.jdbc.TaosPrepareStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rows per second through JDBC against the canned server: the driver's native form on libtaos, and its own WebSocket client, in turns.
 *
 * <pre>JdbcBench PORT ROUNDS</pre>
 *
 * The best round counts; the first ones warm the virtual machine up.
 */
public class JdbcBench {
    private static final String[] FORMS = {"jdbc:TAOS", "jdbc:TAOS-WS"};
    private static final int RESULT_ROWS = 1_000_000;
    private static final int TABLES = 100;
    private static final int TABLE_ROWS = 10_000;

    private interface Work {
        /** Answers how many rows it has moved. */
        long run(Connection connection) throws SQLException;
    }

    public static void main(String[] args) throws SQLException {
        int rounds = Integer.parseInt(args[1]);
        Connection[] connections = new Connection[FORMS.length];
        for (int form = 0; form < FORMS.length; form++) {
            connections[form] = DriverManager.getConnection(FORMS[form] + "://127.0.0.1:" + args[0] + "/bench?user=root&password=taosdata");
        }
        measure("a result of " + RESULT_ROWS + " rows, fixed columns", connections, rounds, c -> read(c, "fixed"));
        measure("a result of " + RESULT_ROWS + " rows, mixed columns", connections, rounds, c -> read(c, "mixed"));
        measure("a batch of " + TABLE_ROWS + " rows for each of " + TABLES + " tables", connections, rounds, JdbcBench::write);
        for (Connection connection : connections) {
            connection.close();
        }
    }

    private static void measure(String what, Connection[] connections, int rounds, Work work) throws SQLException {
        double[] best = new double[FORMS.length];
        for (int round = 0; round < rounds; round++) {
            for (int form = 0; form < FORMS.length; form++) {
                long start = System.nanoTime();
                long rows = work.run(connections[form]);
                best[form] = Math.max(best[form], rows * 1e9 / (System.nanoTime() - start));
            }
        }
        System.out.printf(Locale.ROOT, "%s: %.2f million rows/s by libtaos, %.2f by the driver's own WebSocket client: %.2f times%n", what, best[0] / 1e6, best[1] / 1e6, best[0] / best[1]);
    }

    private static long read(Connection connection, String table) throws SQLException {
        long count = 0;
        long sum = 0;
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("bench " + table + " " + RESULT_ROWS)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int i = 1; i <= columns; i++) {
                    Object value = rows.getObject(i);
                    sum += value == null ? 0 : value.hashCode();
                }
                count++;
            }
        }
        if (count != RESULT_ROWS) {
            throw new IllegalStateException(count + " rows came (" + sum + ")");
        }
        return count;
    }

    private static long write(Connection connection) throws SQLException {
        List<Long> times = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < TABLE_ROWS; i++) {
            times.add(1700000000000L + i);
            numbers.add(i);
            values.add(i / 2.0);
            texts.add("text " + i % 1000);
        }
        String sql = "insert into ? using st tags (?) values (?, ?, ?, ?)";
        try (TaosPrepareStatement insert = connection.prepareStatement(sql).unwrap(TaosPrepareStatement.class)) {
            for (int table = 0; table < TABLES; table++) {
                insert.setTableName("c" + table);
                insert.setTagInt(0, table);
                insert.setTimestamp(0, times);
                insert.setInt(1, numbers);
                insert.setDouble(2, values);
                insert.setString(3, texts, 16);
                insert.columnDataAddBatch();
            }
            insert.columnDataExecuteBatch();
        }
        return (long) TABLES * TABLE_ROWS;
    }
}
