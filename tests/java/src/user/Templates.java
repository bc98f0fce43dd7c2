package user;

import static user.Check.same;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Spring's JdbcTemplate over the pool. */
final class Templates {
    static void run(Server server) throws Exception {
        server.create("").close();
        try (HikariDataSource pool = Pool.open(server)) {
            JdbcTemplate template = new JdbcTemplate(pool);
            template.execute("CREATE TABLE t (ts TIMESTAMP, v INT, s NCHAR(20))");
            same("one", template.update("INSERT INTO t VALUES (?, ?, ?)", new Timestamp(1700000000000L), 1, "eins 😀"), 1);
            List<Object[]> rows = Arrays.asList(new Object[] {new Timestamp(1700000000001L), 2, "zwei"}, new Object[] {new Timestamp(1700000000002L), 3, null});
            same("a batch", Arrays.toString(template.batchUpdate("INSERT INTO t VALUES (?, ?, ?)", rows)), "[1, 1]");
            same("a number", template.queryForObject("SELECT COUNT(*) FROM t", Long.class), 3L);
            same("a list", template.queryForList("SELECT s FROM t ORDER BY ts", String.class), Arrays.asList("eins 😀", "zwei", null));
            same("mapped", template.query("SELECT v, s FROM t WHERE v >= ? ORDER BY ts", (row, i) -> row.getInt("v") + " " + row.getString("s"), 2), Arrays.asList("2 zwei", "3 null"));
            try {
                template.queryForList("SELECT * FROM no_such_table");
                throw new AssertionError("was not refused");
            } catch (DataAccessException expected) {
                SQLException cause = (SQLException) expected.getCause();
                same("code", cause.getErrorCode(), 0x80002603);
            }
        }
    }
}
