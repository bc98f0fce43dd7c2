package user;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Programs over TDengine's JDBC driver in its native form, several in one JVM:
 *
 * <pre>Main HOST PORT DATABASE AREA...</pre>
 *
 * An area makes the database DATABASE_AREA, writes, reads back and compares with what it wrote. It prints {@code == AREA} when it begins
 * and {@code == AREA ok} when everything was as expected; otherwise, what was not, and the next one has its turn. One that does not
 * end within 60 s ends the JVM, after its threads' stacks.
 */
public final class Main {
    interface Area {
        void run(Server server) throws Exception;
    }

    private static final Map<String, Area> AREAS = new LinkedHashMap<>();

    static {
        AREAS.put("basics", Basics::run);
        AREAS.put("types", Types::run);
        AREAS.put("rows", Rows::run);
        AREAS.put("errors", Errors::run);
        AREAS.put("prepared", Prepared::run);
        AREAS.put("bound", Bound::run);
        AREAS.put("schemaless", Schemaless::run);
        AREAS.put("consumer", Consuming::run);
        AREAS.put("pool", Pool::run);
        AREAS.put("templates", Templates::run);
        AREAS.put("threads", Threads::run);
        AREAS.put("gone", Gone::run);
        AREAS.put("natives", Natives::run);
        AREAS.put("bare", Bare::run);
        AREAS.put("leaving", Leaving::run);
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        System.setOut(out);
        for (int i = 3; i < args.length; i++) {
            String area = args[i];
            out.println("== " + area);
            CountDownLatch ended = new CountDownLatch(1);
            watch(area, ended);
            try {
                AREAS.get(area).run(new Server(args[0], Integer.parseInt(args[1]), args[2] + "_" + area));
                out.println("== " + area + " ok");
            } catch (Throwable wrong) {
                wrong.printStackTrace(out);
            }
            ended.countDown();
            System.gc();
        }
    }

    private static void watch(String area, CountDownLatch ended) {
        Thread watch = new Thread(() -> {
            try {
                if (!ended.await(60, TimeUnit.SECONDS)) {
                    System.out.println(area + " does not end");
                    for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
                        System.out.println(thread.getKey());
                        for (StackTraceElement frame : thread.getValue()) {
                            System.out.println("    at " + frame);
                        }
                    }
                    Runtime.getRuntime().halt(3);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        watch.setDaemon(true);
        watch.start();
    }
}
