import java.io.File;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import javax.tools.ToolProvider;

/**
 * A web application that is deployed anew: its class loader is collected, with which Java unloads the library, while connections are
 * open and the library's threads run; then the next class loader loads it. The class stands in for the driver's, whose own class
 * loader is held by what it starts.
 *
 * <pre>java -Djava.library.path=FOLDER Redeploy.java PORT FOLDER_FOR_CLASSES</pre>
 */
public final class Redeploy {
    private static final String CONNECTOR = String.join("\n",
            "package com.taosdata.jdbc;",
            "public class TSDBJNIConnector {",
            "    static { System.loadLibrary(\"taos\"); }",
            "    public native long connectImp(String host, int port, String db, String user, String password);",
            "    public native long executeQueryImp(byte[] sql, long connection);",
            "    public native int getErrCodeImp(long connection, long result);",
            "}");

    public static void main(String[] args) throws Exception {
        Path source = Paths.get(args[1], "TSDBJNIConnector.java");
        Files.write(source, CONNECTOR.getBytes(StandardCharsets.UTF_8));
        int compiled = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", args[1], source.toString());
        if (compiled != 0) {
            throw new AssertionError("not compiled");
        }
        for (int round = 1; round <= 3; round++) {
            WeakReference<ClassLoader> deployed = deploy(Integer.parseInt(args[0]), new File(args[1]).toURI().toURL());
            for (int i = 0; i < 100 && deployed.get() != null; i++) {
                System.gc();
                Thread.sleep(50);
            }
            System.out.println("round " + round + (deployed.get() == null ? ": collected" : ": still there"));
            // The library's threads have time to run.
            Thread.sleep(1500);
        }
    }

    private static WeakReference<ClassLoader> deploy(int port, URL classes) throws Exception {
        URLClassLoader loader = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader());
        Class<?> type = Class.forName("com.taosdata.jdbc.TSDBJNIConnector", true, loader);
        Object connector = type.getDeclaredConstructor().newInstance();
        long connection = (Long) method(type, "connectImp").invoke(connector, "127.0.0.1", port, null, "root", "taosdata");
        long result = (Long) method(type, "executeQueryImp").invoke(connector, "SELECT 1".getBytes(StandardCharsets.UTF_8), connection);
        System.out.println("code " + method(type, "getErrCodeImp").invoke(connector, connection, result));
        loader.close();
        return new WeakReference<>(loader);
    }

    private static Method method(Class<?> type, String name) throws Exception {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                return method;
            }
        }
        throw new NoSuchMethodException(name);
    }
}
