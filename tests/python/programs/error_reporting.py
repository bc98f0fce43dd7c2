"""What a Python program sees when something goes wrong.

argv: HOST PORT CODE TEXT: the server's own code and text for CREATE TABLE 123, which differ by version."""
import sys

import taos

host, port, code, text = sys.argv[1], int(sys.argv[2]), int(sys.argv[3], 0), sys.argv[4]
signed = code - 2**32

conn = taos.connect(host=host, port=port)
for attempt in (conn.execute, conn.query, conn.cursor().execute):
    try:
        attempt("CREATE TABLE 123")
        raise SystemExit("CREATE TABLE 123 was accepted")
    except taos.ProgrammingError as error:
        assert error.errno == signed, hex(error.errno)
        assert error.msg == text, error.msg
        assert str(error) == "[0x%04x]: %s" % (code & 0xFFFF, text), str(error)

# an error of one statement is over with the next
assert conn.query("SELECT 1").fetch_all() == [(1,)]
assert conn.query("SELECT 1").errno() == 0

for wrong in (dict(password="wrong"), dict(database="no_such_database")):
    try:
        taos.connect(**{"host": host, "port": port, **wrong})
        raise SystemExit("connected with %s" % wrong)
    except taos.ConnectionError as error:
        expected = (0x80000357, "Authentication failure") if "password" in wrong else (0x80000388, "Database not exist")
        assert (error.errno & 0xFFFFFFFF, error.msg) == expected, (hex(error.errno), error.msg)

try:
    taos.connect(host="127.0.0.1", port=1)
    raise SystemExit("connected to port 1")
except taos.ConnectionError as error:
    assert error.errno & 0xFFFFFFFF == 0x8000000B, hex(error.errno)
    assert error.msg, "no text"

# a dead result and a closed connection are errors, not crashes
result = conn.query("SELECT 1")
result.close()
try:
    result.fetch_all()
    raise SystemExit("fetched from a closed result")
except taos.OperationalError:
    pass
conn.close()
conn.close()
print("done")
