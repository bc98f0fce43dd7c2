"""Connect, create, insert, query: by the connection and by a cursor."""
import sys

import taos

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]

conn = taos.connect(host=host, port=port, user="root", password="taosdata")
assert conn.client_info.startswith("3."), conn.client_info
assert conn.server_info.startswith("ver:3."), conn.server_info
assert taos.IS_V3

assert conn.execute("CREATE DATABASE IF NOT EXISTS %s" % database) == 0
conn.select_db(database)
conn.execute("CREATE STABLE weather (ts TIMESTAMP, temperature FLOAT, note NCHAR(20)) TAGS (location INT, name VARCHAR(30))")
affected = conn.execute("INSERT INTO t1 USING weather TAGS (1, 'Oslo') VALUES (1626861392589, 23.5, 'Grüße') (1626861392590, NULL, NULL) "
                        "t2 USING weather TAGS (2, '東京') VALUES (1626861392591, -0.25, '温度 😀')")
assert affected == 3, affected

# a result is an iterator of rows, and knows its fields
result = conn.query("SELECT ts, temperature, note, location, name FROM weather ORDER BY ts")
assert [field.name for field in result.fields] == ["ts", "temperature", "note", "location", "name"]
assert [field.type for field in result.fields] == [9, 6, 10, 4, 8]
assert [field.bytes for field in result.fields] == [8, 4, 20, 4, 30]
assert result.field_count == 5 and result.precision == 0
rows = list(result)
assert [row[1:] for row in rows] == [(23.5, "Grüße", 1, "Oslo"), (None, None, 1, "Oslo"), (-0.25, "温度 😀", 2, "東京")], rows
assert [round(row[0].timestamp() * 1000) for row in rows] == [1626861392589, 1626861392590, 1626861392591]
result.close()

assert conn.query("SELECT note FROM t2").fetch_all() == [("温度 😀",)]
assert conn.query("SELECT location, name FROM weather WHERE temperature > 0").fetch_all_into_dict() == [{"location": 1, "name": "Oslo"}]
assert conn.query("SELECT COUNT(*) FROM weather", req_id=123456).fetch_all() == [(3,)]
assert conn.execute("INSERT INTO t1 VALUES (1626861392600, 1, 'x')", req_id=7) == 1

# the blocks of a result
blocks = [block for block, size in conn.query("SELECT temperature FROM weather ORDER BY ts").blocks_iter()]
assert blocks == [[(23.5,), (None,), (-0.25,), (1.0,)]], blocks

# rows one by one, printed
result = conn.query("SELECT temperature, note FROM t1 ORDER BY ts")
printed = [str(row) for row in result.rows_iter()]
assert printed == ["23.5 Grüße", "NULL NULL", "1 x"], printed

# a cursor, as PEP 249 has it
cursor = conn.cursor()
assert cursor.execute("INSERT INTO t1 VALUES (1626861392601, 2, 'y')") == 1
assert cursor.affected_rows == 1 and cursor.rowcount == 1
cursor.execute("SELECT temperature, note FROM t1 ORDER BY ts")
assert [column[0] for column in cursor.description] == ["temperature", "note"]
assert cursor.fetchall() == [(23.5, "Grüße"), (None, None), (1.0, "x"), (2.0, "y")] and cursor.fetchone() is None
# row by row: taospy reads an NCHAR cell of a single row up to a NUL behind it
cursor.execute("SELECT temperature, note, name FROM weather ORDER BY ts")
assert cursor.fetchone() == (23.5, "Grüße", "Oslo") and cursor.fetchone() == (None, None, "Oslo")
assert list(cursor) == [(-0.25, "温度 😀", "東京"), (1.0, "x", "Oslo"), (2.0, "y", "Oslo")]
cursor.execute("SELECT temperature FROM t1 ORDER BY ts")
assert cursor.fetchmany(2) == [(23.5,), (None,)] and cursor.fetchmany(5) == [(1.0,), (2.0,)]
cursor.execute("SELECT note FROM t1 ORDER BY ts", req_id=99)
assert cursor.fetchall() == [("Grüße",), (None,), ("x",), ("y",)]

# many statements of one form
added = cursor.execute_many("INSERT INTO t2 (ts, temperature, note) VALUES", [(1626861400000, 1.5, "a"), (1626861400001, 2.5, "b")])
assert added == 2, added
assert conn.query("SELECT COUNT(*) FROM t2").fetch_all() == [(3,)]
cursor.close()

conn.execute("DROP DATABASE %s" % database)
conn.close()
print("done")
