package user;

import static com.taosdata.jdbc.enums.SchemalessTimestampType.MILLI_SECONDS;
import static com.taosdata.jdbc.enums.SchemalessTimestampType.NANO_SECONDS;
import static user.Check.refused;
import static user.Check.same;
import static user.Server.read;
import static user.Server.row;

import com.taosdata.jdbc.AbstractConnection;
import com.taosdata.jdbc.enums.SchemalessProtocolType;
import java.sql.Connection;
import java.util.Arrays;

/** The three formats of rows without a schema, as lines and as one text, with a time to live and a request id. */
final class Schemaless {
    static void run(Server server) throws Exception {
        try (Connection connection = server.create("PRECISION 'ns'")) {
            AbstractConnection writer = (AbstractConnection) connection;
            writer.write(new String[] {
                "weather,site=roof temperature=20.5,n=1i32,note=L\"Grüße 世界 😀\",s=\"😀\" 1700000000000000001",
                "weather,site=cellar temperature=11,n=2i32 1700000000000000002",
            }, SchemalessProtocolType.LINE, NANO_SECONDS);
            same("lines", read(connection, "SELECT site, temperature, n, note, s FROM weather ORDER BY _ts"), Arrays.asList(
                row("roof", 20.5, 1, "Grüße 世界 😀", Bytes.of("😀")), row("cellar", 11.0, 2, null, null)));

            writer.write(new String[] {"cpu 1700000000001 1.5 host=a😀", "cpu 1700000000002 2.5 host=b"}, SchemalessProtocolType.TELNET, MILLI_SECONDS);
            same("telnet", read(connection, "SELECT _value, host FROM cpu ORDER BY _ts"), Arrays.asList(row(1.5, "a😀"), row(2.5, "b")));

            writer.write(new String[] {"[{\"metric\":\"disk\",\"timestamp\":1700000000001,\"value\":7,\"tags\":{\"host\":\"h😀\"}}]"}, SchemalessProtocolType.JSON, MILLI_SECONDS);
            same("JSON", read(connection, "SELECT _value, host FROM disk"), Arrays.asList(row(7.0, Bytes.of("h😀"))));

            writer.write(new String[] {"ttl,t=1 v=1 1700000000000000001"}, SchemalessProtocolType.LINE, NANO_SECONDS, 1000, 4242L);
            int rows = writer.writeRaw("raw,t=😀 v=1i32 1700000000000000001\nraw,t=b v=2i32 1700000000000000002", SchemalessProtocolType.LINE, NANO_SECONDS, 10, 4243L);
            same("rows of a text", rows, 2);
            same("raw", read(connection, "SELECT v, t FROM raw ORDER BY _ts"), Arrays.asList(row(1, "😀"), row(2, "b")));

            refused("no fields", 0x8000021f, "invalid key or key is too long than 64:1700000000000000001",
                () -> writer.write(new String[] {"weather,site=roof 1700000000000000001"}, SchemalessProtocolType.LINE, NANO_SECONDS));
            refused("one good, one bad", 0x80003002, "SML line cols is empty",
                () -> writer.write(new String[] {"later,t=1 v=1i32 1700000000000000001", "garbage"}, SchemalessProtocolType.LINE, NANO_SECONDS));
            refused("nothing written", 0x80002603, "Table does not exist", () -> read(connection, "SELECT * FROM later"));
            refused("bad text", 0x80003002, "SML line cols is empty", () -> writer.writeRaw("garbage", SchemalessProtocolType.LINE, NANO_SECONDS));
        }
    }
}
