package user;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

/** A program that ends while its connections are open and threads are inside the library: the JVM ends all the same. */
final class Leaving {
    static void run(Server server) throws Exception {
        server.create("").close();
        CountDownLatch inside = new CountDownLatch(4);
        for (int k = 0; k < 4; k++) {
            Thread thread = new Thread(() -> {
                try {
                    Connection connection = server.connect(server.database);
                    for (int i = 0; ; i++) {
                        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT 1")) {
                            rows.next();
                        }
                        if (i == 5) {
                            inside.countDown();
                        }
                    }
                } catch (Exception e) {
                    e.printStackTrace();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        inside.await();
    }
}
