package user;

import static user.Check.same;
import static user.Server.read;
import static user.Server.row;
import static user.Server.update;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A pool of connections that many threads take turns with. */
final class Pool {
    static HikariDataSource open(Server server) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.url(server.database));
        config.setDataSourceProperties(Server.properties());
        config.setMaximumPoolSize(4);
        config.setConnectionTestQuery("SELECT 1");
        return new HikariDataSource(config);
    }

    static void run(Server server) throws Exception {
        server.create("").close();
        try (HikariDataSource pool = open(server)) {
            try (Connection connection = pool.getConnection()) {
                update(connection, "CREATE STABLE st (ts TIMESTAMP, v INT) TAGS (g INT)");
            }
            ExecutorService threads = Executors.newFixedThreadPool(12);
            List<Future<Integer>> sums = new ArrayList<>();
            for (int k = 0; k < 12; k++) {
                int number = k;
                sums.add(threads.submit(() -> {
                    int written = 0;
                    for (int i = 0; i < 20; i++) {
                        try (Connection connection = pool.getConnection()) {
                            written += update(connection, "INSERT INTO c" + number + " USING st TAGS (" + number + ") VALUES (" + (1700000000000L + i) + ", " + i + ")");
                        }
                    }
                    return written;
                }));
            }
            for (Future<Integer> sum : sums) {
                same("written", sum.get(), 20);
            }
            threads.shutdown();
            try (Connection connection = pool.getConnection()) {
                same("all", read(connection, "SELECT COUNT(*), SUM(v) FROM st"), Arrays.asList(row(240L, 12L * 190)));
            }
        }
    }
}
