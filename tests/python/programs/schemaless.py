"""Schemaless rows by taospy: the three protocols, lines and texts, with all types and NULLs, read back by SQL.

argv: HOST PORT DATABASE"""
import ctypes
import datetime
import sys

import taos
from taos import SmlPrecision, SmlProtocol
from taos.error import SchemalessError

host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]

conn = taos.connect(host=host, port=port)
conn.execute("CREATE DATABASE %s PRECISION 'us'" % database)
conn.select_db(database)

# what the documentation shows: lines of InfluxDB's protocol, times in nanoseconds
lines = [
    'st,t1=3i64,t2=4f64,t3="t3" c1=3i64,c3=L"passit",c2=false,c4=4f64 1626006833639000000',
    'st,t1=4i64,t3="t4",t2=5f64,t4=5f64 c1=3i64,c3=L"passitagin",c2=true,c4=5f64,c5=5f64 1626006833640000000',
]
assert conn.schemaless_insert(lines, SmlProtocol.LINE_PROTOCOL, SmlPrecision.NOT_CONFIGURED) == 2
result = conn.query("SELECT * FROM st ORDER BY _ts")
assert [field.name for field in result.fields] == ["_ts", "c1", "c3", "c2", "c4", "c5", "t1", "t2", "t3", "t4"]
first, second = result.fetch_all()
# the tags of lines are texts, quotes and all
assert first[1:] == (3, "passit", False, 4.0, None, "3i64", "4f64", '"t3"', None), first
assert second[1:] == (3, "passitagin", True, 5.0, 5.0, "4i64", "5f64", '"t4"', "5f64"), second
assert [round(row[0].timestamp() * 10**6) for row in (first, second)] == [1626006833639000, 1626006833640000]

# every type, and a line in which most is missing
lines = [
    "kinds,where=Köln i8=-1i8,i16=-2i16,i32=-3i32,i64=-4i64,u8=1u8,u16=2u16,u32=3u32,u64=18446744073709551615u64,f=1.5f32,d=-0.25,"
    'b=true,s="naïve \\"text\\", with = and ,",n=L"文字 😀" 1700000000000',
    'kinds,where=Rom i8=7i8 1700000000001',
]
assert conn.schemaless_insert(lines, SmlProtocol.LINE_PROTOCOL, SmlPrecision.MILLI_SECONDS, req_id=1) == 2
rows = conn.query("SELECT i8, i16, i32, i64, u8, u16, u32, u64, f, d, b, s, n, `where` FROM kinds ORDER BY _ts").fetch_all()
assert rows == [(-1, -2, -3, -4, 1, 2, 3, 18446744073709551615, 1.5, -0.25, True, 'naïve "text", with = and ,', "文字 😀", "Köln"),
                (7,) + (None,) * 12 + ("Rom",)], rows

# OpenTSDB's telnet lines
lines = ["meters.current 1648432611249 10.3 location=California.SanFrancisco groupid=2", "meters.current 1648432611250 12.6 location=Lisboa groupid=3"]
assert conn.schemaless_insert(lines, SmlProtocol.TELNET_PROTOCOL, SmlPrecision.NOT_CONFIGURED, ttl=30) == 2
assert conn.query("SELECT _value, location, groupid FROM meters_current ORDER BY _ts").fetch_all() == [(10.3, "California.SanFrancisco", "2"), (12.6, "Lisboa", "3")]
ttl = conn.query("SELECT DISTINCT `ttl` FROM information_schema.ins_tables WHERE db_name = '%s' AND stable_name = 'meters_current'" % database)
assert ttl.fetch_all() == [(30,)]

# OpenTSDB's JSON, over several lines
payload = ["""
{
    "metric": "cpu_load_0",
    "timestamp": 1626006833610,
    "value": 55.5,
    "tags": {"host": "ubuntu", "interface": "eth0", "Id": "tb0", "up": true, "cores": {"value": 8, "type": "smallint"}}
}
"""]
assert conn.schemaless_insert(payload, SmlProtocol.JSON_PROTOCOL, SmlPrecision.NOT_CONFIGURED, req_id=3, ttl=7) == 1
assert conn.query("SELECT _value, host, interface, `Id`, up, cores FROM cpu_load_0").fetch_all() == [(55.5, "ubuntu", "eth0", "tb0", True, 8)]

# texts of lines
text = "raw,t=a v=1i 1700000000000\n# a comment\nraw,t=b v=2i 1700000000001\n"
for options in ({}, {"req_id": 5}, {"ttl": 9}, {"req_id": 6, "ttl": 9}):
    assert conn.schemaless_insert_raw(text, SmlProtocol.LINE_PROTOCOL, SmlPrecision.MILLI_SECONDS, **options) == 2, options
assert conn.query("SELECT t, v FROM raw ORDER BY _ts").fetch_all() == [("a", 1), ("b", 2)]
telnet = "rawt 1700000000000 1 a=b\nrawt 1700000000001 2 a=c"
assert conn.schemaless_insert_raw(telnet, SmlProtocol.TELNET_PROTOCOL, SmlPrecision.NOT_CONFIGURED) == 2
json = '[{"metric":"rawj","timestamp":1700000000000,"value":"text","tags":{"a":1}},{"metric":"rawj","timestamp":0,"value":"now","tags":{"a":1}}]'
assert conn.schemaless_insert_raw(json, SmlProtocol.JSON_PROTOCOL, SmlPrecision.NOT_CONFIGURED) == 2
(then, a), (now, b) = conn.query("SELECT _ts, _value FROM rawj ORDER BY _ts").fetch_all()
assert (a, b) == ("text", "now") and abs(now.timestamp() - datetime.datetime.now().timestamp()) < 3600

# ten thousand lines
lines = ["many,t=t%d v=%di %d" % (i % 100, i, 1700000000000 + i) for i in range(10000)]
assert conn.schemaless_insert(lines, SmlProtocol.LINE_PROTOCOL, SmlPrecision.MILLI_SECONDS) == 10000
assert conn.query("SELECT COUNT(*), SUM(v) FROM many").fetch_all() == [(10000, 49995000)]

# the name of the tables from a tag: taospy has no function for it
name = ctypes.CDLL("libtaos.so").taos_schemaless_insert_ttl_with_reqid_tbname_key
name.restype, name.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int] * 3 + [ctypes.c_int32, ctypes.c_int64, ctypes.c_char_p]
keyed = (ctypes.c_char_p * 2)(b"k,tb=mine,t=c v=1i 1700000000000", b"k,tb=yours,t=d v=2i 1700000000001")
result = ctypes.c_void_p(name(conn._conn, keyed, 2, SmlProtocol.LINE_PROTOCOL, SmlPrecision.MILLI_SECONDS, 0, 8, b"tb"))
assert taos.cinterface.taos_errno(result) == 0, taos.cinterface.taos_errstr(result)
taos.cinterface.taos_free_result(result)
assert conn.query("SELECT tbname, t, v FROM k ORDER BY tbname").fetch_all() == [("mine", "c", 1), ("yours", "d", 2)]


def refused(code, message, lines, protocol=SmlProtocol.LINE_PROTOCOL, insert=conn.schemaless_insert, precision=SmlPrecision.MILLI_SECONDS):
    try:
        insert(lines, protocol, precision)
    except SchemalessError as e:
        assert (e.errno & 0xFFFFFFFF, e.msg, e.affected_rows) == (code, message, 0), (hex(e.errno & 0xFFFFFFFF), e.msg, e.affected_rows)
    else:
        raise AssertionError("not refused: %r" % lines)


refused(0x80000203, "invalid data:abc 1700000000000", ["m f=abc 1700000000000"])
refused(0x80003002, "SML line cols is empty", ["m f=1 1700000000000", "broken"])
refused(0x80003002, "line num is invalid", [])
refused(0x80003002, "line num is invalid", "", insert=conn.schemaless_insert_raw)
refused(0x8000021F, "SML line invalid key or key is too long than 64:line\n", "m f=1 1700000000000\nbroken line\n", insert=conn.schemaless_insert_raw)
refused(0x80000221, "Invalid JSON format", ["{"], SmlProtocol.JSON_PROTOCOL)
refused(0x80003000, "protocol invalidate", ["m f=1 1700000000000"], SmlProtocol.UNKNOWN_PROTOCOL)
refused(0x80003001, "precision invalidate for line protocol", ["m f=1 1700000000000"], precision=7)
assert conn.query("SELECT COUNT(*) FROM information_schema.ins_stables WHERE db_name = '%s' AND stable_name = 'm'" % database).fetch_all() == [(0,)]

conn.execute("DROP DATABASE %s" % database)
conn.close()
print("done")
