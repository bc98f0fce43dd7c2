package user;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A byte array that is the same as another one of the same bytes. */
final class Bytes {
    private final byte[] bytes;

    Bytes(byte... bytes) {
        this.bytes = bytes;
    }

    static Bytes of(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes && Arrays.equals(bytes, ((Bytes) other).bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("0x");
        for (byte b : bytes) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }
}
