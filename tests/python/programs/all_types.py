"""Every type, written as SQL and read back as Python values, with NULLs.

argv: HOST PORT DATABASE PRECISION KIND(all|old)"""
import datetime
import math
import sys

import taos

host, port, database, precision, kind = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]

# name, declared type, what is written (SQL), what is read (Python)
COLUMNS = [
    ("b", "BOOL", ["true", "false"], [True, False]),
    ("i8", "TINYINT", ["-127", "127"], [-127, 127]),
    ("i16", "SMALLINT", ["-32767", "32767"], [-32767, 32767]),
    ("i32", "INT", ["-2147483647", "2147483647"], [-2147483647, 2147483647]),
    ("i64", "BIGINT", ["-9223372036854775807", "9223372036854775807"], [-9223372036854775807, 9223372036854775807]),
    ("u8", "TINYINT UNSIGNED", ["0", "255"], [0, 255]),
    ("u16", "SMALLINT UNSIGNED", ["0", "65535"], [0, 65535]),
    ("u32", "INT UNSIGNED", ["0", "4294967295"], [0, 4294967295]),
    ("u64", "BIGINT UNSIGNED", ["0", "18446744073709551615"], [0, 18446744073709551615]),
    ("f", "FLOAT", ["1.5", "-0.375"], [1.5, -0.375]),
    ("d", "DOUBLE", ["-1e300", "0.1"], [-1e300, 0.1]),
    ("v", "VARCHAR(30)", ["'plain'", "'naïve 文字 😀'"], ["plain", "naïve 文字 😀"]),
    ("n", "NCHAR(12)", ["'plain'", "'naïve 文字 😀'"], ["plain", "naïve 文字 😀"]),
]
if kind == "all":
    COLUMNS += [
        ("x", "VARBINARY(16)", ["'\\x00ff10'", "'\\x'"], [b"\x00\xff\x10", b""]),
        ("g", "GEOMETRY(100)", ["'POINT(1 2)'", "NULL"], [bytes.fromhex("0101000000000000000000f03f0000000000000040"), None]),
        ("m", "DECIMAL(10,2)", ["12.34", "-99999999.99"], ["12.34", "-99999999.99"]),
        ("q", "DECIMAL(30,5)", ["-1234567890123456789.12345", "0.00001"], ["-1234567890123456789.12345", "0.00001"]),
        ("bl", "BLOB", ["'\\x00ff10'", "'hello'"], [b"\x00\xff\x10", b"hello"]),
    ]

conn = taos.connect(host=host, port=port)
conn.execute("CREATE DATABASE %s PRECISION '%s'" % (database, precision))
conn.select_db(database)
conn.execute("CREATE TABLE t (ts TIMESTAMP, %s)" % ", ".join("%s %s" % column[:2] for column in COLUMNS))
unit = {"ms": 10**3, "us": 10**6, "ns": 10**9}[precision]
start = 1700000000 * unit + 123 * (unit // 1000) + {"ms": 0, "us": 456, "ns": 456789}[precision]
for row in (0, 1):
    conn.execute("INSERT INTO t VALUES (%d, %s)" % (start + row, ", ".join(column[2][row] for column in COLUMNS)))
conn.execute("INSERT INTO t VALUES (%d, %s)" % (start + 2, ", ".join("NULL" for _ in COLUMNS)))
expected = [tuple(column[3][row] for column in COLUMNS) for row in (0, 1)] + [(None,) * len(COLUMNS)]


def plain(value):
    """Decimals compare by their text, whatever class this taospy makes of them."""
    return value if isinstance(value, (bytes, bool, int, float, str, type(None))) else str(value)


def same(rows):
    got = [tuple(map(plain, row[1:])) for row in rows]
    for want, have in zip(expected, got):
        for column, a, b in zip(COLUMNS, want, have):
            assert type(a) is type(b) and a == b, (column[0], a, b)
    assert len(got) == 3
    moments = [row[0] for row in rows]
    if precision == "ns":  # Python's datetime has no nanoseconds: taospy gives the number, or rounds
        assert all(isinstance(m, int) and m == start + i for i, m in enumerate(moments)) or all(isinstance(m, datetime.datetime) for m in moments), moments
    else:
        assert [round(m.timestamp() * 10**6) for m in moments] == [(start + i) * 10**6 // unit for i in range(3)], moments


same(conn.query("SELECT * FROM t ORDER BY ts").fetch_all())
cursor = conn.cursor()
cursor.execute("SELECT * FROM t ORDER BY ts")
same(cursor.fetchall())
rows = conn.query("SELECT * FROM t ORDER BY ts").fetch_all_into_dict()
assert list(rows[0]) == ["ts"] + [column[0] for column in COLUMNS]
assert math.isclose(rows[1]["d"], 0.1) and rows[2]["v"] is None

# JSON is the type of a tag
conn.execute("CREATE STABLE j (ts TIMESTAMP, v INT) TAGS (info JSON)")
conn.execute("""INSERT INTO j1 USING j TAGS ('{"a":1,"b":"é"}') VALUES (%d, 1) j2 USING j TAGS (NULL) VALUES (%d, 2)""" % (start, start + 1))
assert conn.query("SELECT v, info FROM j ORDER BY ts").fetch_all() == [(1, '{"a":1,"b":"é"}'), (2, None)]

conn.execute("DROP DATABASE %s" % database)
conn.close()
print("done")
