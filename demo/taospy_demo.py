"""A small time series with PyPI's taospy: nothing in here knows which libtaos.so it runs on.

    python3 taospy_demo.py HOST PORT [USER PASSWORD]

Works in the database libtaos_demo, which it drops at the end."""
import datetime
import sys

import taos
from taos.tmq import Consumer

DATABASE = "libtaos_demo"
TOPIC = DATABASE + "_topic"
SITES = {"roof": 20.5, "cellar": 11.0, "yard": 15.25}
MINUTES = 10


def write(conn):
    """Three sensors, one child table each, one row a minute, written through a DB-API cursor."""
    cursor = conn.cursor()
    cursor.execute("DROP DATABASE IF EXISTS " + DATABASE)
    cursor.execute("CREATE DATABASE " + DATABASE)
    cursor.execute("USE " + DATABASE)
    cursor.execute("CREATE STABLE weather (ts TIMESTAMP, temperature DOUBLE, note NCHAR(20)) TAGS (site VARCHAR(10), floor INT)")
    start = datetime.datetime(2025, 6, 1, 12, 0)
    written = 0
    for floor, (site, base) in enumerate(SITES.items()):
        rows = " ".join("('%s', %s, %s)" % (start + datetime.timedelta(minutes=m), base + m / 4, "'温度 ✓'" if m == 0 else "NULL") for m in range(MINUTES))
        written += cursor.execute("INSERT INTO %s USING weather TAGS ('%s', %d) VALUES %s" % (site, site, floor, rows))
    print("cursor.execute: %d rows into %d tables of one super table" % (written, len(SITES)))
    cursor.close()


def read(conn):
    cursor = conn.cursor()
    cursor.execute("SELECT ts, site, temperature, note FROM weather WHERE temperature > 17 ORDER BY ts, site LIMIT 3")
    print("cursor.fetchall:")
    for row in cursor.fetchall():
        print("   ", row)
    cursor.close()

    result = conn.query("SELECT site, COUNT(*) AS n, AVG(temperature) AS mean FROM weather GROUP BY site ORDER BY site")
    print("query().fetch_all_into_dict:")
    for row in result.fetch_all_into_dict():
        print("   ", row)

    result = conn.query("SELECT _wstart, MAX(temperature) FROM weather INTERVAL(5m)")
    print("windows of five minutes:")
    for start, highest in result:
        print("    from %s at most %s" % (start.strftime("%H:%M"), highest))


def bind(conn):
    """Many rows through a prepared statement, into a table that it makes."""
    statement = conn.statement("INSERT INTO ? USING weather TAGS (?, ?) VALUES (?, ?, ?)")
    tags = taos.new_bind_params(2)
    tags[0].binary("attic")
    tags[1].int(3)
    statement.set_tbname_tags("attic", tags)
    rows = taos.new_multi_binds(3)
    first = 1748779200000  # 2025-06-01 12:00 UTC
    rows[0].timestamp([first + 60000 * minute for minute in range(1000)])
    rows[1].double([25 + minute / 100 for minute in range(1000)])
    rows[2].nchar(["hot" if minute == 999 else None for minute in range(1000)])
    statement.bind_param_batch(rows)
    statement.execute()
    print("statement: %d rows bound" % statement.affected_rows)
    statement.close()


def share(conn, host, port, login):
    """A topic, and a consumer of it."""
    conn.execute("CREATE TOPIC %s AS SELECT ts, temperature FROM weather WHERE site = 'attic' AND note = 'hot'" % TOPIC)
    consumer = Consumer({"group.id": "demo", "td.connect.ip": host, "td.connect.port": str(port), "auto.offset.reset": "earliest",
                         **{"td.connect." + {"password": "pass"}.get(key, key): value for key, value in login.items()}})
    try:
        consumer.subscribe([TOPIC])
        message = consumer.poll(10)
        print("consumer.poll: %s of %s" % ([row for block in message for row in block.fetchall()], message.topic()))
        consumer.commit(message)
    finally:
        consumer.close()


def stumble(conn):
    """A mistake is an exception with the server's own code and text."""
    try:
        conn.execute("SELECT * FROM no_such_table")
    except taos.Error as error:
        print("%s: %s" % (type(error).__name__, error))


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    login = dict(zip(("user", "password"), sys.argv[3:5]))
    conn = taos.connect(host=host, port=port, **login)
    print("client %s, server %s" % (conn.client_info, conn.server_info.split()[0]))
    try:
        write(conn)
        read(conn)
        bind(conn)
        share(conn, host, port, login)
        stumble(conn)
    finally:
        conn.execute("DROP TOPIC IF EXISTS " + TOPIC)
        conn.execute("DROP DATABASE IF EXISTS " + DATABASE)
        conn.close()


if __name__ == "__main__":
    main()
