"""Prepared statements in the manner of taospy's documentation: rows one by one and in batches, tags, queries; both versions.

argv: HOST PORT DATABASE [old: a server before 3.3.3.0]"""
import datetime
import sys

import taos

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]
old = sys.argv[4:] == ["old"]
conn = taos.connect(host=host, port=port)
conn.execute("create database %s" % database)
conn.select_db(database)

COLUMNS = ("ts timestamp, bo bool, ti tinyint, si smallint, it int, bi bigint, tu tinyint unsigned, su smallint unsigned, iu int unsigned, "
           "bu bigint unsigned, fl float, dl double, bin varchar(100), nch nchar(100)")
START = 1626861392589


def moment(ms):
    return datetime.datetime.fromtimestamp(ms / 1000)


def rows(sql):
    result = conn.query(sql)
    return [tuple(row) for row in result]


# ---- bind_row: a row at a time, of child tables that do not exist yet
conn.execute("create table log (%s) tags (t1 timestamp, t2 bool, t3 tinyint, t4 smallint, t5 int, t6 bigint, t7 tinyint unsigned, t8 smallint unsigned, "
             "t9 int unsigned, t10 bigint unsigned, t11 float, t12 double, t13 varchar(100), t14 nchar(100), t15 timestamp)" % COLUMNS)
stmt = conn.statement("insert into ? using log tags (%s) values (%s)" % (", ".join("?" * 15), ", ".join("?" * 14)))
for number in range(3):
    tags = taos.new_bind_params(15)
    tags[0].timestamp(START)
    tags[1].bool(True)
    tags[2].tinyint(-number)
    tags[3].smallint(3)
    tags[4].int(4)
    tags[5].bigint(5)
    tags[6].tinyint_unsigned(6)
    tags[7].smallint_unsigned(7)
    tags[8].int_unsigned(8)
    tags[9].bigint_unsigned(9)
    tags[10].float(10.5)
    tags[11].double(10.25)
    tags[12].binary("hello")
    tags[13].nchar("温度")
    tags[14].timestamp(None)
    stmt.set_tbname_tags("log%d" % number, tags)
    for row in range(2):
        values = taos.new_bind_params(14)
        values[0].timestamp(START + row)
        if row == 0:
            values[1].bool(True)
            values[2].tinyint(-128)
            values[3].smallint(32767)
            values[4].int(-2147483647)
            values[5].bigint(2**63 - 1)
            values[6].tinyint_unsigned(255)
            values[7].smallint_unsigned(65535)
            values[8].int_unsigned(2**32 - 1)
            values[9].bigint_unsigned(2**64 - 1)
            values[10].float(0.5)
            values[11].double(-1e300)
            values[12].binary("stmt")
            values[13].nchar("温度 😀")
        else:
            for value, kind in zip(values[1:], ("bool", "tinyint", "smallint", "int", "bigint", "tinyint_unsigned", "smallint_unsigned",
                                                "int_unsigned", "bigint_unsigned", "float", "double", "binary", "nchar")):
                getattr(value, kind)(None)
        stmt.bind_param(values)
stmt.execute()
assert stmt.affected_rows == 6, stmt.affected_rows
stmt.close()
WHOLE = (True, -128, 32767, -2147483647, 2**63 - 1, 255, 65535, 2**32 - 1, 2**64 - 1, 0.5, -1e300, "stmt", "温度 😀")
assert rows("select * from log1 order by ts") == [(moment(START), *WHOLE), (moment(START + 1), *[None] * 13)]
assert rows("select distinct tbname, t1, t2, t3, t12, t13, t14, t15 from log order by tbname") == [
    ("log%d" % n, moment(START), True, -n, 10.25, "hello", "温度", None) for n in range(3)]

# ---- bind_multi: a column at a time
conn.execute("create table multi (%s)" % COLUMNS)
stmt = conn.statement("insert into multi values (%s)" % ",".join("?" * 14))
columns = taos.new_multi_binds(14)
columns[0].timestamp((START, START + 1, START + 2))
columns[1].bool((True, None, False))
columns[2].tinyint([-128, -128, None])
columns[3].smallint([0, None, 2])
columns[4].int([3, 4, None])
columns[5].bigint([3, 4, None])
columns[6].tinyint_unsigned([3, 4, None])
columns[7].smallint_unsigned([3, 4, None])
columns[8].int_unsigned([3, 4, None])
columns[9].bigint_unsigned([3, 4, 2**64 - 1])
columns[10].float([3, None, 1])
columns[11].double([3, None, 1.2])
columns[12].binary(["abc", "dddafadfadfadfadfa", None])
columns[13].nchar(["涛思数据", None, "a long string with 中文?字符"])
stmt.bind_param_batch(columns)
stmt.execute()
assert stmt.affected_rows == 3
assert [row[1:] for row in rows("select * from multi order by ts")] == [
    (True, -128, 0, 3, 3, 3, 3, 3, 3, 3.0, 3.0, "abc", "涛思数据"),
    (None, -128, None, 4, 4, 4, 4, 4, 4, None, None, "dddafadfadfadfadfa", None),
    (False, None, 2, None, None, None, None, None, 2**64 - 1, 1.0, 1.2, None, "a long string with 中文?字符")]
stmt.close()

# ---- a query with a parameter; the result belongs to the statement
stmt = conn.statement("select ts, it, nch from multi where it = ?")
param = taos.new_bind_params(1)
param[0].int(3)
stmt.bind_param(param)
stmt.execute()
result = stmt.use_result()
assert [tuple(row) for row in result] == [(moment(START), 3, "涛思数据")]
stmt.close()

# ---- set_tbname, and a JSON tag
conn.execute("create table js (ts timestamp, v int) tags (info json)")
conn.execute("create table other (ts timestamp, v int)")
stmt = conn.statement("insert into ? using js tags (?) values (?, ?)")
tag = taos.new_bind_params(1)
tag[0].json('{"a": 1, "b": "x"}')
stmt.set_tbname_tags("js1", tag)
columns = taos.new_multi_binds(2)
columns[0].timestamp([START, START + 1])
columns[1].int([1, None])
stmt.bind_param_batch(columns)
stmt.execute()
assert rows("select v, info->'b' from js order by ts") == [(1, '"x"'), (None, '"x"')]
stmt.prepare("insert into ? values (?, ?)")
stmt.set_tbname("other")
stmt.bind_param_batch(columns, add_batch=False)
stmt.add_batch()
stmt.execute()
assert rows("select v from other order by ts") == [(1,), (None,)]
try:
    stmt.prepare("insert into ? values (?, ?)")
    stmt.set_tbname("absent")
    raise AssertionError("a table that is not there")
except taos.error.StatementError as e:
    assert "not exist" in str(e), e
stmt.close()

# ---- version 2
conn.execute("create table met (ts timestamp, v double, s varchar(16), n nchar(8), x varbinary(8), g geometry(100), d bool) tags (place varchar(16), number int)")
POINT = bytes.fromhex("0101000000000000000000f03f0000000000000040")
stmt2 = conn.statement2("insert into ? using met tags (?, ?) values (?, ?, ?, ?, ?, ?, ?)")
assert stmt2.is_insert()
count, fields = stmt2.get_fields()
assert (count, [field.name for field in fields]) == (10, ["tbname", "place", "number", "ts", "v", "s", "n", "x", "g", "d"])
data = [[START, START + 1, START + 2], [1.5, None, -1e300], ["a", None, ""], [None, "文字", "b"], [b"\x00\xff", None, b"z"], [POINT, None, POINT], [True, False, None]]
stmt2.bind_param(["met1", "met2"], [["north", 1], [None, None]], [data, [column[:1] for column in data]])
assert stmt2.execute() == 4
EXPECTED = [tuple(column[row] for column in data[1:]) for row in range(3)]
assert rows("select v, s, n, x, g, d from met1 order by ts") == EXPECTED
assert rows("select v, s, n, x, g, d, place, number from met2") == [EXPECTED[0] + (None, None)]
tables = [taos.statement2.BindTable("met3", ["south", 3])]
for column in data:
    tables[0].add_col_data(column)
stmt2.bind_param_with_tables(tables)
assert stmt2.execute() == 3
assert rows("select v, s, n, x, g, d from met3 order by ts") == EXPECTED
# the names among the values, with and without tags
for sql, values in (("insert into met (tbname, ts, v, place, number) values (?, ?, ?, ?, ?)", [["met4", START, 4.0, "east", 4], ["met5", START, 5.0, "west", 5]]),
                    ("insert into met (tbname, ts, v) values (?, ?, ?)", [["met4", START + 1, 4.5], ["met5", START + 1, None]])):
    try:
        stmt2.prepare(sql)
    except taos.error.StatementError:
        assert old and "needs a server from 3.3.3.0" in stmt2.error(), stmt2.error()
        continue
    assert not old
    stmt2.bind_param(None, None, values)
    assert stmt2.execute() == 2
assert old or rows("select tbname, v, place, number from met where tbname in ('met4', 'met5') order by tbname, ts") == [
    ("met4", 4.0, "east", 4), ("met4", 4.5, "east", 4), ("met5", 5.0, "west", 5), ("met5", None, "west", 5)]
stmt2.prepare("select v, n from met where place = ? and v > ? order by ts")
assert not stmt2.is_insert()
stmt2.bind_param(None, None, [["north"], [1.0]])
stmt2.execute()
assert [tuple(row) for row in stmt2.result()] == [(1.5, None)]
try:
    stmt2.prepare("create table x (ts timestamp, v int)")
    raise AssertionError("no insert, no select")
except taos.error.StatementError:
    assert "stmt only support" in stmt2.error(), stmt2.error()
stmt2.close()
conn.execute("drop database %s" % database)
conn.close()
print("done")
