package user;

import static user.Check.same;
import static user.Check.that;
import static user.Server.update;

import com.taosdata.jdbc.tmq.ConsumerRecord;
import com.taosdata.jdbc.tmq.OffsetAndMetadata;
import com.taosdata.jdbc.tmq.ReferenceDeserializer;
import com.taosdata.jdbc.tmq.TaosConsumer;
import com.taosdata.jdbc.tmq.TopicPartition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Consumers, with maps and with beans: what comes, offsets, commits of both kinds, seeking, groups. */
final class Consuming {
    /** A row as the program has it. */
    public static final class Reading {
        private Timestamp ts;
        private int v;
        private Double d;
        private String note;

        public void setTs(Timestamp ts) {
            this.ts = ts;
        }

        public void setV(int v) {
            this.v = v;
        }

        public void setD(Double d) {
            this.d = d;
        }

        public void setNote(String note) {
            this.note = note;
        }

        @Override
        public String toString() {
            return ts + " " + v + " " + d + " " + note;
        }
    }

    public static final class ReadingDeserializer extends ReferenceDeserializer<Reading> {}

    static void run(Server server) throws Exception {
        for (String precision : new String[] {"ms", "us", "ns"}) {
            Server here = new Server(server.host, server.port, server.database + "_" + precision);
            String topic = here.database + "_topic";
            try (Connection connection = here.create("PRECISION '" + precision + "' VGROUPS 1 WAL_RETENTION_PERIOD 3600")) {
                String zeros = precision.equals("ms") ? "" : precision.equals("us") ? "000" : "000000";
                update(connection, "CREATE STABLE st (ts TIMESTAMP, v INT, d DOUBLE, note NCHAR(20)) TAGS (g INT)");
                update(connection, "CREATE TOPIC " + topic + " AS SELECT ts, v, d, note FROM st");
                update(connection, "INSERT INTO c1 USING st TAGS (1) VALUES (1700000000123" + zeros + ", 1, 1.5, 'Grüße 世界 😀') (1700000000124" + zeros + ", 2, NULL, NULL)");
                update(connection, "INSERT INTO c2 USING st TAGS (2) VALUES (1700000000125" + zeros + ", 3, 2.5, 'x')");
                beans(here, topic);
                if (precision.equals("ms")) {
                    maps(here, topic, connection);
                }
                dropTopic(connection, topic);
            }
        }
    }

    private static void dropTopic(Connection connection, String topic) throws Exception {
        for (int i = 0; i < 20; i++) {
            try {
                update(connection, "DROP TOPIC IF EXISTS " + topic);
                return;
            } catch (SQLException stillConsumed) {
                Thread.sleep(200);
            }
        }
        throw new AssertionError(topic + " cannot be dropped");
    }

    private static Properties settings(Server server, String group, String... more) {
        Properties settings = new Properties();
        settings.setProperty("td.connect.type", "jni");
        if (!server.host.isEmpty()) {
            settings.setProperty("td.connect.ip", server.host);
            settings.setProperty("td.connect.port", String.valueOf(server.port));
        }
        settings.setProperty("td.connect.user", "root");
        settings.setProperty("td.connect.pass", "taosdata");
        settings.setProperty("group.id", group);
        settings.setProperty("client.id", "java");
        settings.setProperty("auto.offset.reset", "earliest");
        settings.setProperty("enable.auto.commit", "false");
        settings.setProperty("msg.with.table.name", "true");
        for (int i = 0; i < more.length; i += 2) {
            settings.setProperty(more[i], more[i + 1]);
        }
        return settings;
    }

    /** Polls until there were so many records: their values, sorted. */
    private static <V> List<String> take(TaosConsumer<V> consumer, String topic, String database, int wanted) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int polls = 0; values.size() < wanted && polls < 40; polls++) {
            for (ConsumerRecord<V> record : consumer.poll(Duration.ofMillis(500))) {
                same("topic", record.getTopic(), topic);
                same("database", record.getDbName(), database);
                that("vgroup", record.getVGroupId() > 0);
                V value = record.value();
                values.add(value instanceof Map ? new TreeMap<>((Map<?, ?>) value).toString() : value.toString());
            }
        }
        Collections.sort(values);
        return values;
    }

    private static List<String> list(String... values) {
        List<String> list = new ArrayList<>();
        Collections.addAll(list, values);
        return list;
    }

    private static void beans(Server server, String topic) throws Exception {
        Properties settings = settings(server, "beans", "value.deserializer", ReadingDeserializer.class.getName(), "value.deserializer.encoding", "UTF-8");
        try (TaosConsumer<Reading> consumer = new TaosConsumer<>(settings)) {
            consumer.subscribe(Collections.singletonList(topic));
            same("subscription", new ArrayList<>(consumer.subscription()), list(topic));
            same("beans", take(consumer, topic, server.database, 3), list(
                new Timestamp(1700000000123L) + " 1 1.5 Grüße 世界 😀", new Timestamp(1700000000124L) + " 2 null null", new Timestamp(1700000000125L) + " 3 2.5 x"));
            same("no more", consumer.poll(Duration.ofMillis(100)).count(), 0);
            consumer.unsubscribe();
        }
    }

    private static void maps(Server server, String topic, Connection connection) throws Exception {
        try (TaosConsumer<Map<String, Object>> consumer = new TaosConsumer<>(settings(server, "maps"))) {
            consumer.subscribe(Collections.singletonList(topic));
            List<String> first = take(consumer, topic, server.database, 3);
            same("maps", first.get(0), "{d=1.5, note=Grüße 世界 😀, ts=" + new Timestamp(1700000000123L) + ", v=1}");
            TopicPartition partition = consumer.assignment().iterator().next();
            long end = consumer.position(partition);
            consumer.seekToBeginning(consumer.assignment());
            same("again", take(consumer, topic, server.database, 3), first);
            same("back at", consumer.position(partition), end);
            consumer.commitSync();
            same("committed", consumer.committed(partition).offset(), end);
            long begin = consumer.beginningOffsets(topic).get(partition);
            consumer.commitSync(Collections.singletonMap(partition, new OffsetAndMetadata(begin)));
            same("committed an offset", consumer.committed(partition).offset(), begin);
            callbacks(consumer);
            same("committed by callbacks", consumer.committed(partition).offset(), end);
            consumer.unsubscribe();
        }
        update(connection, "INSERT INTO c1 VALUES (1700000000999, 4, 4.5, 'later')");
        try (TaosConsumer<Map<String, Object>> another = new TaosConsumer<>(settings(server, "maps"))) {
            another.subscribe(Collections.singletonList(topic));
            same("where the group was", take(another, topic, server.database, 1), list("{d=4.5, note=later, ts=" + new Timestamp(1700000000999L) + ", v=4}"));
            another.unsubscribe();
        }
    }

    /** Each asynchronous commit calls back, once, on a thread that Java did not start. */
    private static void callbacks(TaosConsumer<Map<String, Object>> consumer) throws Exception {
        CountDownLatch due = new CountDownLatch(50);
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 50; i++) {
            consumer.commitAsync((offsets, error) -> {
                if (error != null) {
                    wrong.add(error.toString());
                }
                due.countDown();
            });
            if (i % 10 == 0) {
                System.gc();
            }
        }
        that("callbacks: " + due.getCount() + " did not come", due.await(20, TimeUnit.SECONDS));
        same("errors", wrong.toString(), "[]");
        // A callback that throws harms nobody.
        CountDownLatch thrown = new CountDownLatch(1);
        consumer.commitAsync((offsets, error) -> {
            thrown.countDown();
            throw new IllegalStateException("the program's own mistake");
        });
        that("the one that throws", thrown.await(20, TimeUnit.SECONDS));
    }
}
