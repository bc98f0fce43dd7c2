"""SQLAlchemy statements with parameters: taospy binds them.

argv: HOST PORT DATABASE"""
import sys
from urllib.parse import quote

import taos
from sqlalchemy import create_engine, text

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]

conn = taos.connect(host=host, port=port)
conn.execute("CREATE DATABASE %s" % database)
conn.select_db(database)
conn.execute("CREATE TABLE log (ts TIMESTAMP, level INT, message NCHAR(40))")
conn.close()

if "://" in host:
    engine = create_engine("taos://root:taosdata@/%s?host=%s" % (database, quote(host, safe="")))
else:
    engine = create_engine("taos://root:taosdata@%s:%d/%s" % (host, port, database))
with engine.connect() as connection:
    rows = [{"ts": 1700000000000, "level": 1, "message": "one"}, {"ts": 1700000000001, "level": 2, "message": "zwei ☂"}, {"ts": 1700000000002, "level": None, "message": None}]
    connection.execute(text("INSERT INTO log VALUES (:ts, :level, :message)"), rows)
    assert connection.execute(text("SELECT COUNT(*) FROM log")).scalar() == 3
    found = connection.execute(text("SELECT message FROM log WHERE level = :level"), {"level": 2}).fetchall()
    assert [tuple(row) for row in found] == [("zwei ☂",)], found
    connection.execute(text("DROP DATABASE %s" % database))
engine.dispose()
print("done")
