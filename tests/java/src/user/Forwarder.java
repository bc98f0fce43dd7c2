package user;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a program and its server, and can take the server away. */
final class Forwarder implements Closeable {
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean gone;

    Forwarder(String host, int port) throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        start(() -> {
            while (true) {
                Socket near = listener.accept();
                if (gone) {
                    near.close(); // an accept that was under way when the listener was closed
                    return;
                }
                Socket far = new Socket(host, port);
                sockets.add(near);
                sockets.add(far);
                start(() -> copy(near, far));
                start(() -> copy(far, near));
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                // one of the sockets was closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void copy(Socket from, Socket to) throws IOException {
        byte[] bytes = new byte[65536];
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int n; (n = in.read(bytes)) >= 0; ) {
                out.write(bytes, 0, n);
            }
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Cuts what is connected; new connections are taken. */
    void cut() throws IOException {
        for (Socket socket : sockets) {
            sockets.remove(socket);
            socket.close();
        }
    }

    /** The server is gone. */
    @Override
    public void close() throws IOException {
        gone = true;
        listener.close();
        cut();
    }
}
