package user;

import static user.Check.same;
import static user.Check.that;

import com.taosdata.jdbc.ColumnMetaData;
import com.taosdata.jdbc.TSDBJNIConnector;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/** The first native call of a process is none of those that prepare: everything is there all the same. */
final class Bare {
    static void run(Server server) throws Exception {
        Constructor<TSDBJNIConnector> constructor = TSDBJNIConnector.class.getDeclaredConstructor();
        constructor.setAccessible(true);
        TSDBJNIConnector connector = constructor.newInstance();
        long connection = (Long) invoke(connector, "connectImp", server.host, server.port, null, "root", "taosdata");
        that("connected", connection > 0);
        long result = (Long) invoke(connector, "executeQueryImp", "SELECT 5 AS five".getBytes(), connection);
        same("code", invoke(connector, "getErrCodeImp", connection, result), 0);
        List<ColumnMetaData> columns = new ArrayList<>();
        same("columns", invoke(connector, "getSchemaMetaDataImp", connection, result, columns), 0);
        same("name", columns.get(0).getColName(), "five");
        same("charset", invoke(connector, "getTsCharset"), "UTF-8");
        same("free", invoke(connector, "freeResultSetImp", connection, result), 0);
        that("free again", (Integer) invoke(connector, "freeResultSetImp", connection, result) <= 0);
        same("close", invoke(connector, "closeConnectionImp", connection), 0);
        that("close again", (Integer) invoke(connector, "closeConnectionImp", connection) <= 0);
    }

    private static Object invoke(TSDBJNIConnector connector, String name, Object... arguments) throws Exception {
        for (Method method : TSDBJNIConnector.class.getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                method.setAccessible(true);
                return method.invoke(connector, arguments);
            }
        }
        throw new NoSuchMethodException(name);
    }
}
