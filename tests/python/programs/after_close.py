"""A result whose connection object is gone: in one expression; out of a function; closed by hand; with more than one block."""
import gc
import sys

import taos

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]
ROWS = 10000


def connect(**more):
    return taos.connect(host=host, port=port, user="root", password="taosdata", **more)


conn = connect()
conn.execute("CREATE DATABASE %s" % database)
conn.execute("CREATE TABLE %s.t (ts TIMESTAMP, v INT)" % database)
for start in range(0, ROWS, 5000):
    conn.execute("INSERT INTO %s.t VALUES %s" % (database, " ".join("(%d, %d)" % (1700000000000 + i, i) for i in range(start, start + 5000))))

assert connect().query("SELECT 1").fetch_all() == [(1,)]


def rows(sql):
    """The connection is a local variable."""
    own = connect(database=database)
    return own.query(sql)


assert [v for (v,) in rows("SELECT v FROM t ORDER BY ts")] == list(range(ROWS))
result = rows("SELECT v FROM t ORDER BY ts")
gc.collect()
assert len(result.fetch_all()) == ROWS
assert len(rows("SELECT * FROM t").fetch_all_into_dict()) == ROWS
assert sum(size for _, size in rows("SELECT * FROM t").blocks_iter()) == ROWS

other = connect(database=database)
result = other.query("SELECT v FROM t ORDER BY ts")
read = iter(result)
assert next(read) == (0,)
other.close()
assert [v for (v,) in read] == list(range(1, ROWS))

cursor = connect().cursor()
cursor.execute("SELECT 1")
assert cursor.fetchall() == [(1,)]
assert connect().execute("INSERT INTO %s.t VALUES (1700000000000, 0)" % database) == 1

conn.execute("DROP DATABASE %s" % database)
conn.close()
print("done")
