package user;

import java.sql.SQLException;
import java.util.Objects;

/** What a program expects; an AssertionError says what came instead. */
final class Check {
    private Check() {}

    interface Act {
        void run() throws Exception;
    }

    static void same(String what, Object got, Object want) {
        if (!Objects.equals(got, want)) {
            throw new AssertionError(what + ": got " + typed(got) + ", not " + typed(want));
        }
    }

    static void that(String what, boolean holds) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static String typed(Object value) {
        return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
    }

    /** The act ends in an SQLException of this code, whose message has this text. */
    static SQLException refused(String what, int code, String text, Act act) throws Exception {
        try {
            act.run();
        } catch (SQLException error) {
            if (error.getErrorCode() != code || !String.valueOf(error.getMessage()).contains(text)) {
                throw new AssertionError(String.format("%s: got 0x%x \"%s\", not 0x%x \"%s\"", what, error.getErrorCode(), error.getMessage(), code, text), error);
            }
            return error;
        }
        throw new AssertionError(what + ": was not refused");
    }
}
