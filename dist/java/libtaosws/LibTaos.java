package libtaosws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The libtaos.so in this jar. A virtual machine reads java.library.path when it starts and not again, so the folder has to be in
 * its command line or environment; {@code java -jar} of this jar prints it:
 *
 * <pre>java -Djava.library.path="$(java -jar libtaos-ws.jar)" -jar program.jar</pre>
 */
public final class LibTaos {
    private static final String NAME = "libtaos.so";

    private LibTaos() {}

    /** Prints the folder; an argument names the one to use. */
    public static void main(String[] arguments) {
        System.out.println(arguments.length > 0 ? unpack(Paths.get(arguments[0])) : unpack());
    }

    /** The folder with libtaos.so, below the user's cache; unpacked there unless it was before. */
    public static Path unpack() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base = cache == null || cache.isEmpty() ? Paths.get(System.getProperty("user.home"), ".cache") : Paths.get(cache);
        return unpack(base.resolve("libtaos-ws").resolve(digest(library()).substring(0, 16)));
    }

    /** The same in this folder, which is made if it is not there. */
    public static Path unpack(Path folder) {
        byte[] library = library();
        Path file = folder.resolve(NAME);
        try {
            if (!Files.exists(file) || !digest(Files.readAllBytes(file)).equals(digest(library))) {
                Files.createDirectories(folder);
                // Another process may unpack or load it meanwhile: the file is whole whenever it is there.
                Path part = Files.createTempFile(folder, NAME, ".part");
                try {
                    Files.write(part, library);
                    part.toFile().setReadable(true, false);
                    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Files.deleteIfExists(part);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + NAME + " into " + folder, e);
        }
        return folder.toAbsolutePath();
    }

    private static byte[] library() {
        try (InputStream in = LibTaos.class.getResourceAsStream(NAME)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] part = new byte[1 << 16];
            for (int got; (got = in.read(part)) > 0; ) {
                out.write(part, 0, got);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + NAME + " from the jar", e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            StringBuilder text = new StringBuilder();
            for (byte b : MessageDigest.getInstance("SHA-256").digest(bytes)) {
                text.append(String.format("%02x", b));
            }
            return text.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
