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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many threads, with connections of their own and on one together, while the garbage collector runs. */
final class Threads {
    static void run(Server server) throws Exception {
        try (Connection shared = server.create("")) {
            Rows.fill(shared, "t", 5000);
            update(shared, "CREATE STABLE st (ts TIMESTAMP, v INT) TAGS (g INT)");
            List<Callable<Void>> works = new ArrayList<>();
            for (int k = 0; k < 16; k++) {
                int number = k;
                works.add(() -> {
                    if (number % 2 == 0) {
                        work(shared, number);
                    } else {
                        try (Connection own = server.connect(server.database)) {
                            work(own, number);
                        }
                    }
                    return null;
                });
            }
            ExecutorService threads = Executors.newFixedThreadPool(works.size());
            List<Future<Void>> ends = new ArrayList<>();
            for (Callable<Void> work : works) {
                ends.add(threads.submit(work));
            }
            for (Future<Void> end : ends) {
                while (!end.isDone()) {
                    System.gc();
                    Thread.sleep(50);
                }
                end.get();
            }
            threads.shutdown();
            same("written", read(shared, "SELECT COUNT(*), SUM(v) FROM st"), Arrays.asList(row(16L * 20, 16L * 190)));
        }
    }

    private static void work(Connection connection, int number) throws SQLException {
        for (int i = 0; i < 20; i++) {
            same("written", update(connection, "INSERT INTO c" + number + " USING st TAGS (" + number + ") VALUES (" + (1700000000000L + i) + ", " + i + ")"), 1);
            try {
                read(connection, "SELECT * FROM no_such_table_" + number);
                throw new AssertionError("was not refused");
            } catch (SQLException expected) {
                same("code", expected.getErrorCode(), 0x80002603);
            }
        }
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM t ORDER BY ts")) {
            for (int i = 0; i < 5000; i++) {
                same("next", rows.next(), true);
                Rows.check(rows, i);
            }
        }
    }
}
