package user;

import static user.Check.same;
import static user.Check.that;
import static user.Server.read;
import static user.Server.row;

import com.taosdata.jdbc.TSDBException;
import com.taosdata.jdbc.TSDBJNIConnector;
import com.taosdata.jdbc.TSDBResultSetBlockData;
import com.taosdata.jdbc.TSDBResultSetRowData;
import com.taosdata.jdbc.VGroupIDResp;
import com.taosdata.jdbc.tmq.TMQConnector;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Each native method with arguments that make no sense, from eight threads: an answer, or a Java exception; never a crash. */
final class Natives {
    private static final int ROUNDS = 60;

    static void run(Server server) throws Exception {
        try (Connection connection = server.create("")) {
            // Handles that were of a connection, a result, a statement, a configuration and a list.
            long[] closed = closedHandles(server);
            List<Method> methods = new ArrayList<>();
            for (Class<?> type : new Class<?>[] {TSDBJNIConnector.class, TMQConnector.class}) {
                for (Method method : type.getDeclaredMethods()) {
                    if (Modifier.isNative(method.getModifiers())) {
                        method.setAccessible(true);
                        methods.add(method);
                    }
                }
            }
            same("native methods", methods.size(), 63);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Future<?>> ends = new ArrayList<>();
            for (int k = 0; k < 8; k++) {
                Random random = new Random(k);
                ends.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        for (Method method : methods) {
                            call(server, method, random, closed);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get(50, TimeUnit.SECONDS);
            }
            threads.shutdown();
            codes(closed);
            same("goes on", read(connection, "SELECT 1"), Arrays.asList(row(1L)));
        }
    }

    /** What the driver tells apart by these codes. */
    private static void codes(long[] closed) throws Exception {
        same("query without a connection", invoke("executeQueryImp", "SELECT 1".getBytes(), 0L), -2L);
        same("query without a text", invoke("executeQueryImp", null, 1L), -5L);
        same("code without a result", invoke("getErrCodeImp", 1L, 0L), -3);
        same("close of nothing", invoke("closeConnectionImp", 0L), -2);
        same("free of nothing", invoke("freeResultSetImp", 1L, 0L), -3);
        same("fetch from nothing", invoke("fetchBlockImp", 1L, 0L, new TSDBResultSetBlockData()), -3);
        same("consumer without settings", invoke("tmqConsumerNewImp", 0L, new TMQConnector()), -100L);
        same("subscription of nobody", invoke("tmqSubscribeImp", 0L, 1L), -120);
        same("poll of nobody", invoke("tmqConsumerPoll", 0L, 0L), -120L);
        same("a key that is null", invoke("tmqConfSetImp", 1L, null, "x"), -101);
        same("a value that is null", invoke("tmqConfSetImp", 1L, "x", null), -102);
        for (long handle : closed) {
            Object query = invoke("executeQueryImp", "SELECT 1".getBytes(), handle);
            that("a query on a closed handle answers an error", (Long) query <= 0 || (Integer) invoke("getErrCodeImp", handle, query) != 0);
            if ((Long) query > 0) {
                invoke("freeResultSetImp", handle, query);
            }
            that("add batch on a closed handle", (Integer) invoke("addBatchImp", handle, 1L) != 0);
        }
        TSDBException none = (TSDBException) invoke("setConfigImp", (Object) null);
        same("no settings", none.getCode(), -1);
    }

    private static Object invoke(String name, Object... arguments) throws Exception {
        for (Class<?> type : new Class<?>[] {TSDBJNIConnector.class, TMQConnector.class}) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name) && Modifier.isNative(method.getModifiers())) {
                    method.setAccessible(true);
                    return method.invoke(target(type), arguments);
                }
            }
        }
        throw new NoSuchMethodException(name);
    }

    private static Object target(Class<?> type) throws Exception {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static long[] closedHandles(Server server) throws Exception {
        Object where = server.host.isEmpty() ? null : server.host;
        long connection = (Long) invoke("connectImp", where, server.port, server.database, "root", "taosdata");
        that("connected", connection > 0);
        long result = (Long) invoke("executeQueryImp", "SELECT 1".getBytes(), connection);
        long statement = (Long) invoke("prepareStmtImp", "INSERT INTO t VALUES (?, ?)".getBytes(), connection);
        long settings = (Long) invoke("tmqConfNewImp");
        that("handles", result > 0 && statement > 0 && settings > 0);
        invoke("tmqConfDestroyImp", settings);
        same("statement", invoke("closeStmt", statement, connection), 0);
        same("result", invoke("freeResultSetImp", connection, result), 0);
        same("connection", invoke("closeConnectionImp", connection), 0);
        return new long[] {connection, result, statement, settings};
    }

    private static void call(Server server, Method method, Random random, long[] closed) throws Exception {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = argument(types[i], random, closed);
        }
        switch (method.getName()) {
            case "connectImp":
                // No other server than the test's.
                arguments[0] = server.host.isEmpty() ? null : server.host;
                arguments[1] = server.port;
                break;
            case "setOptions":
            case "initImp":
                // The settings of this process, which other programs in it go by.
                arguments[types.length - 1] = null;
                break;
            case "setConfigImp":
                arguments[0] = random.nextBoolean() ? null : "{";
                break;
            default:
        }
        Object answer;
        try {
            answer = method.invoke(Modifier.isStatic(method.getModifiers()) ? null : target(method.getDeclaringClass()), arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof RuntimeException) {
                return;
            }
            throw new AssertionError(method.getName() + Arrays.toString(arguments), thrown.getCause());
        }
        if (method.getName().equals("connectImp") && (Long) answer > 0) {
            invoke("closeConnectionImp", answer);
        }
        if (method.getName().equals("tmqConfNewImp")) {
            invoke("tmqConfDestroyImp", answer);
        }
        if (method.getName().equals("tmqTopicNewImp") && (Long) answer > 0) {
            invoke("tmqTopicDestroyImp", answer);
        }
    }

    private static Object argument(Class<?> type, Random random, long[] closed) throws Exception {
        if (type == long.class) {
            long[] values = {0, 1, -1, 12345, Long.MAX_VALUE, Long.MIN_VALUE, closed[random.nextInt(closed.length)], closed[random.nextInt(closed.length)]};
            return values[random.nextInt(values.length)];
        }
        if (type == int.class) {
            int[] values = {0, 1, -1, 7, Integer.MAX_VALUE, Integer.MIN_VALUE};
            return values[random.nextInt(values.length)];
        }
        if (random.nextInt(3) == 0) {
            return null;
        }
        if (type == String.class) {
            String[] values = {"", "x", "😀", "\0", "\ud83d"};
            return values[random.nextInt(values.length)];
        }
        if (type == String[].class) {
            String[][] values = {{}, {null}, {"x", null}, {"weather v=1"}};
            return values[random.nextInt(values.length)];
        }
        if (type == byte[].class) {
            byte[][] values = {{}, {1}, {0, 0, 0, 0}, {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f}};
            return values[random.nextInt(values.length)];
        }
        if (type == List.class) {
            return new ArrayList<>();
        }
        if (type == TSDBResultSetRowData.class) {
            return new TSDBResultSetRowData(1);
        }
        if (type == TSDBResultSetBlockData.class) {
            return new TSDBResultSetBlockData();
        }
        if (type == VGroupIDResp.class) {
            return new VGroupIDResp();
        }
        if (type == TMQConnector.class) {
            return target(type);
        }
        return null;
    }
}
