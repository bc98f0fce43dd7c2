"""pandas.read_sql and SQLAlchemy over taospy.

argv: HOST PORT DATABASE; HOST may be a connection string, which then goes into the URL's query."""
import sys
from urllib.parse import quote

import pandas
import taos
from sqlalchemy import create_engine, inspect, text

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]

conn = taos.connect(host=host, port=port)
conn.execute("CREATE DATABASE %s" % database)
conn.select_db(database)
conn.execute("CREATE STABLE meters (ts TIMESTAMP, current DOUBLE, note NCHAR(20)) TAGS (location VARCHAR(30))")
conn.execute("CREATE TABLE plain (ts TIMESTAMP, v INT)")
conn.execute("INSERT INTO d1 USING meters TAGS ('north') VALUES (1700000000000, 1.5, 'ä') (1700000001000, NULL, '二') d2 USING meters TAGS ('south') VALUES (1700000002000, 4.5, NULL)")
conn.close()

if "://" in host:
    url = "taos://root:taosdata@/%s?host=%s" % (database, quote(host, safe=""))
else:
    url = "taos://root:taosdata@%s:%d/%s" % (host, port, database)
engine = create_engine(url)

with engine.connect() as connection:
    assert connection.execute(text("SELECT COUNT(*) FROM meters")).scalar() == 3
    rows = connection.execute(text("SELECT current, note, location FROM meters ORDER BY ts")).fetchall()
    assert [tuple(row) for row in rows] == [(1.5, "ä", "north"), (None, "二", "north"), (4.5, None, "south")], rows

    frame = pandas.read_sql(text("SELECT ts, current, note, location FROM meters ORDER BY ts"), connection)
    assert list(frame.columns) == ["ts", "current", "note", "location"]
    assert len(frame) == 3
    assert frame["current"].sum() == 6.0 and frame["current"].isna().tolist() == [False, True, False]
    assert frame["note"].tolist()[:2] == ["ä", "二"] and frame["note"].isna().tolist() == [False, False, True]
    assert str(frame["ts"].dtype).startswith("datetime64")
    assert (frame["ts"].diff().dropna() == pandas.Timedelta(seconds=1)).all()

    means = pandas.read_sql(text("SELECT location, AVG(current) AS mean FROM meters GROUP BY location ORDER BY location"), connection)
    assert means.to_dict("list") == {"location": ["north", "south"], "mean": [1.5, 4.5]}

inspector = inspect(engine)
assert database in inspector.get_schema_names()
assert sorted(inspector.get_table_names()) == ["meters", "plain"]
assert [column["name"] for column in inspector.get_columns("meters")] == ["ts", "current", "note", "location"]
assert inspector.has_table("plain")

with engine.connect() as connection:
    connection.execute(text("DROP DATABASE %s" % database))
engine.dispose()
print("done")
