"""executemany and parameters: taospy sends them through a prepared statement."""
import datetime
import sys

import taos

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]

conn = taos.connect(host=host, port=port)
conn.execute("CREATE DATABASE %s" % database)
conn.select_db(database)
conn.execute("CREATE TABLE log (ts TIMESTAMP, level INT, message NCHAR(40), ratio DOUBLE)")

cursor = conn.cursor()
rows = [[1700000000000, 1, "one", 0.5], [1700000000001, 2, "zwei", None], [1700000000002, None, "三", -1.25]]
assert cursor.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", rows) == 3
assert cursor.rowcount == 3
cursor.execute("SELECT level, message, ratio FROM log ORDER BY ts")
assert cursor.fetchall() == [(1, "one", 0.5), (2, "zwei", None), (None, "三", -1.25)]

# a time with a zone is that time, whatever the zone of this process
cursor = conn.cursor()  # taospy turns rows into columns only when it prepares, so the same statement again wants a new cursor
moment = datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=10)
assert cursor.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", [[moment, 9, "nine", 9.0]]) == 1
cursor.execute("SELECT level FROM log WHERE ts = 1700000010000")
assert cursor.fetchall() == [(9,)]

# a query with a parameter
cursor.execute("SELECT message FROM log WHERE level = ?", [[2]])
assert cursor.fetchall() == [("zwei",)]

conn.execute("DROP DATABASE %s" % database)
conn.close()
print("done")
