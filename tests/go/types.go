package main

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"
)

// column is a column of a type: how it is written in SQL, and what the driver makes of it.
type column struct {
	definition string
	typeName   string
	literals   [3]string
	values     [3]any
}

var base = time.Date(2024, 2, 29, 12, 34, 56, 789e6, time.UTC)

func bytesOf(digits string) []byte {
	bytes, err := hex.DecodeString(digits)
	same("hex", err, nil)
	return bytes
}

var point = bytesOf("0101000000000000000000f03f0000000000000040")

// Each column's third value is NULL.
var columns = []column{
	{"BOOL", "BOOL", [3]string{"true", "false", "NULL"}, [3]any{true, false, nil}},
	{"TINYINT", "TINYINT", [3]string{"127", "-128", "NULL"}, [3]any{int8(127), int8(-128), nil}},
	{"SMALLINT", "SMALLINT", [3]string{"32767", "-32768", "NULL"}, [3]any{int16(32767), int16(-32768), nil}},
	{"INT", "INT", [3]string{"2147483647", "-2147483648", "NULL"}, [3]any{int32(math.MaxInt32), int32(math.MinInt32), nil}},
	{"BIGINT", "BIGINT", [3]string{"9223372036854775807", "-9223372036854775808", "NULL"}, [3]any{int64(math.MaxInt64), int64(math.MinInt64), nil}},
	{"TINYINT UNSIGNED", "TINYINT UNSIGNED", [3]string{"255", "0", "NULL"}, [3]any{uint8(255), uint8(0), nil}},
	{"SMALLINT UNSIGNED", "SMALLINT UNSIGNED", [3]string{"65535", "0", "NULL"}, [3]any{uint16(65535), uint16(0), nil}},
	{"INT UNSIGNED", "INT UNSIGNED", [3]string{"4294967295", "0", "NULL"}, [3]any{uint32(math.MaxUint32), uint32(0), nil}},
	{"BIGINT UNSIGNED", "BIGINT UNSIGNED", [3]string{"18446744073709551615", "0", "NULL"}, [3]any{uint64(math.MaxUint64), uint64(0), nil}},
	{"FLOAT", "FLOAT", [3]string{"1.5", "-0.1", "NULL"}, [3]any{float32(1.5), float32(-0.1), nil}},
	{"DOUBLE", "DOUBLE", [3]string{"3.141592653589793", "-1e300", "NULL"}, [3]any{math.Pi, -1e300, nil}},
	{"VARCHAR(60)", "VARCHAR", [3]string{"'Grüße, 世界 🌍'", "''", "NULL"}, [3]any{"Grüße, 世界 🌍", "", nil}},
	{"NCHAR(20)", "NCHAR", [3]string{"'Grüße, 世界 🌍'", "''", "NULL"}, [3]any{"Grüße, 世界 🌍", "", nil}},
	{"TIMESTAMP", "TIMESTAMP", [3]string{"1709210096789", "-1", "NULL"}, [3]any{base, time.UnixMilli(-1), nil}},
	{"VARBINARY(20)", "VARBINARY", [3]string{"'\\x00ff10'", "''", "NULL"}, [3]any{bytesOf("00ff10"), []byte{}, nil}},
	{"GEOMETRY(100)", "GEOMETRY", [3]string{"'POINT(1 2)'", "'POINT(1 2)'", "NULL"}, [3]any{point, point, nil}},
	{"DECIMAL(10, 3)", "DECIMAL", [3]string{"1234567.891", "-0.5", "NULL"}, [3]any{"1234567.891", "-0.500", nil}},
	{"DECIMAL(38, 10)", "DECIMAL", [3]string{"1234567890123456789012345678.0123456789", "-1", "NULL"},
		[3]any{"1234567890123456789012345678.0123456789", "-1.0000000000", nil}},
	{"BLOB", "BLOB", [3]string{"'\\x00ff10'", "'hello'", "NULL"}, [3]any{bytesOf("00ff10"), []byte("hello"), nil}},
}

// types: a table of all types, rows of values and of NULLs, each read back, with what the driver says about the columns.
func types(server Server) {
	db := server.Create("PRECISION 'ms'")
	defer db.Close()
	definitions := []string{"ts TIMESTAMP"}
	for i, column := range columns {
		definitions = append(definitions, fmt.Sprintf("c%d %s", i, column.definition))
	}
	run(db, "CREATE STABLE st ("+strings.Join(definitions, ", ")+") TAGS (info JSON)")
	run(db, `CREATE TABLE t USING st TAGS ('{"city":"Zürich","n":1}')`)
	run(db, "CREATE TABLE bare USING st TAGS (NULL)")
	for row := 0; row < 3; row++ {
		literals := []string{fmt.Sprint(base.UnixMilli() + int64(row))}
		for _, column := range columns {
			literals = append(literals, column.literals[row])
		}
		same("inserted", run(db, "INSERT INTO t VALUES ("+strings.Join(literals, ", ")+")"), int64(1))
	}
	run(db, fmt.Sprintf("INSERT INTO bare (ts) VALUES (%d)", base.UnixMilli()))

	rows, err := db.Query("SELECT * FROM t ORDER BY ts")
	same("query", err, nil)
	about, err := rows.ColumnTypes()
	same("column types", err, nil)
	same("columns", len(about), len(columns)+1)
	for i, column := range columns {
		kind := about[i+1]
		same("name", kind.Name(), fmt.Sprintf("c%d", i))
		same("type of "+column.definition, kind.DatabaseTypeName(), column.typeName)
		precision, scale, decimal := kind.DecimalSize()
		same("decimal", decimal, column.typeName == "DECIMAL")
		if decimal {
			same(column.definition, fmt.Sprintf("DECIMAL(%d, %d)", precision, scale), column.definition)
		}
		if length, ok := kind.Length(); strings.HasPrefix(column.definition, "VARCHAR") {
			same("length", []any{length, ok}, []any{int64(60), true})
		}
	}
	same("close", rows.Close(), nil)

	for number, row := range read(db, "SELECT * FROM t ORDER BY ts") {
		same("time", row[0], base.Add(time.Duration(number)*time.Millisecond))
		for i, column := range columns {
			same(column.definition, row[i+1], column.values[number])
		}
	}
	same("JSON", read(db, "SELECT info, tbname FROM t LIMIT 1"), [][]any{{[]byte(`{"city":"Zürich","n":1}`), "t"}})
	same("a member", read(db, "SELECT DISTINCT info->'city' FROM t"), [][]any{{[]byte(`"Zürich"`)}})
	bare := read(db, "SELECT * FROM bare")
	same("rows", len(bare), 1)
	for i := range columns {
		same("NULL", bare[0][i+1], nil)
	}

	// into variables of a program's own types
	var text string
	var number int
	var moment time.Time
	same("scan", db.QueryRow("SELECT c12, c3, ts FROM t ORDER BY ts LIMIT 1").Scan(&text, &number, &moment), nil)
	same("variables", []any{text, number}, []any{"Grüße, 世界 🌍", math.MaxInt32})
	same("moment", moment, base)
	same("no rows", len(read(db, "SELECT * FROM t WHERE ts < 0")), 0)
}

// times: the precisions, each to its last digit.
func times(server Server) {
	for precision, unit := range map[string]time.Duration{"ms": time.Millisecond, "us": time.Microsecond, "ns": time.Nanosecond} {
		db := server.Create("PRECISION '" + precision + "'")
		run(db, "CREATE TABLE t (ts TIMESTAMP, at TIMESTAMP)")
		moment := time.Unix(1700000000, 123456789).Truncate(unit)
		number := moment.UnixNano() / int64(unit)
		run(db, fmt.Sprintf("INSERT INTO t VALUES (%d, %d)", number, number+1))
		row := read(db, "SELECT ts, at FROM t")[0]
		same(precision, row[0], moment)
		same(precision, row[1], moment.Add(unit))
		same(precision, len(read(db, "SELECT * FROM t WHERE ts = ?", moment)), 1)
		same("close", db.Close(), nil)
	}
}

// arguments: the driver writes them into the statement itself, texts without quotes.
func arguments(server Server) {
	db := server.Create("")
	defer db.Close()
	run(db, "CREATE TABLE t (ts TIMESTAMP, n BIGINT, d DOUBLE, b BOOL, s NCHAR(20))")
	same("inserted", run(db, "INSERT INTO t VALUES (?, ?, ?, ?, ?)", base, 42, 2.5, true, "'Köln 世界'"), int64(1))
	same("inserted", run(db, "INSERT INTO t VALUES (?, ?, ?, ?, ?)", base.Add(time.Second), nil, nil, nil, nil), int64(1))
	for _, row := range read(db, "SELECT n, d, b, s FROM t WHERE ts >= ? ORDER BY ts LIMIT ?", base, 1) {
		same("row", row, []any{int64(42), 2.5, true, "Köln 世界"})
	}
	same("NULLs", read(db, "SELECT n, d, b, s FROM t WHERE ts > ?", base), [][]any{{nil, nil, nil, nil}})
	same("text", read(db, "SELECT n FROM t WHERE s = ?", "'Köln 世界'"), [][]any{{int64(42)}})
}
