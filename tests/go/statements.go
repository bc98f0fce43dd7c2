package main

import (
	"database/sql/driver"
	"time"
	"unsafe"

	"github.com/taosdata/driver-go/v3/af"
	"github.com/taosdata/driver-go/v3/common"
	"github.com/taosdata/driver-go/v3/common/param"
	"github.com/taosdata/driver-go/v3/common/stmt"
	"github.com/taosdata/driver-go/v3/wrapper"
	"github.com/taosdata/driver-go/v3/wrapper/cgo"
)

// statements: prepared statements of both versions, by af and by the package that calls C.
func statements(server Server) {
	db := server.Create("")
	defer db.Close()
	run(db, "CREATE TABLE met (ts TIMESTAMP, b BOOL, i INT, u BIGINT UNSIGNED, d DOUBLE, v VARCHAR(20), n NCHAR(20)) TAGS (g INT, place NCHAR(10))")
	run(db, "CREATE TABLE t (ts TIMESTAMP, i INT, n NCHAR(20))")
	conn, err := af.Open(server.Host, "root", "taosdata", server.Database, server.Port)
	same("open", err, nil)
	defer conn.Close()

	rowwise := conn.Stmt()
	same("prepare", rowwise.Prepare("INSERT INTO ? USING met TAGS (?, ?) VALUES (?, ?, ?, ?, ?, ?, ?)"), nil)
	for child := 0; child < 3; child++ {
		tags := param.NewParam(2).AddInt(child).AddNchar("温度")
		same("table", rowwise.SetTableNameWithTags("met"+string(rune('0'+child)), tags), nil)
		row := param.NewParam(7).AddTimestamp(base, common.PrecisionMilliSecond).AddBool(true).AddInt(-child).AddUBigint(1 << 63).AddDouble(0.5).AddBinary([]byte("text")).AddNchar("世界")
		same("row", rowwise.BindRow(row), nil)
		same("batch", rowwise.AddBatch(), nil)
		row = param.NewParam(7).AddTimestamp(base.Add(time.Second), common.PrecisionMilliSecond)
		for i := 0; i < 6; i++ {
			row.AddNull()
		}
		same("NULLs", rowwise.BindRow(row), nil)
		same("batch", rowwise.AddBatch(), nil)
	}
	same("execute", rowwise.Execute(), nil)
	same("affected", rowwise.GetAffectedRows(), 6)
	same("close", rowwise.Close(), nil)
	for child := 0; child < 3; child++ {
		same("rows", read(db, "SELECT b, i, u, d, v, n, g, place FROM met WHERE g = "+string(rune('0'+child))+" ORDER BY ts"), [][]any{
			{true, int32(-child), uint64(1 << 63), 0.5, "text", "世界", int32(child), "温度"},
			{nil, nil, nil, nil, nil, nil, int32(child), "温度"},
		})
	}

	query := conn.Stmt()
	same("prepare", query.Prepare("SELECT i, n FROM met WHERE g = ? AND v = ?"), nil)
	count, err := query.NumParams()
	same("parameters", []any{count, err}, []any{2, error(nil)})
	same("values", query.BindRow(param.NewParam(2).AddInt(2).AddBinary([]byte("text"))), nil)
	same("batch", query.AddBatch(), nil)
	same("execute", query.Execute(), nil)
	rows, err := query.UseResult()
	same("result", err, nil)
	values := make([]driver.Value, 2)
	same("next", rows.Next(values), nil)
	same("values", values, []driver.Value{int32(-2), "世界"})
	same("rows", rows.Close(), nil)
	same("close", query.Close(), nil)

	batchwise := conn.InsertStmt()
	same("prepare", batchwise.Prepare("INSERT INTO t VALUES (?, ?, ?)"), nil)
	const most = 1000
	columns := []*param.Param{param.NewParam(most), param.NewParam(most), param.NewParam(most)}
	for i := 0; i < most; i++ {
		columns[0].AddTimestamp(base.Add(time.Duration(i)*time.Millisecond), common.PrecisionMilliSecond)
		columns[1].AddInt(i)
		if i%3 == 0 {
			columns[2].AddNull()
		} else {
			columns[2].AddNchar(note(i))
		}
	}
	same("bind", batchwise.BindParam(columns, param.NewColumnType(3).AddTimestamp().AddInt().AddNchar(20)), nil)
	same("batch", batchwise.AddBatch(), nil)
	same("execute", batchwise.Execute(), nil)
	same("affected", batchwise.GetAffectedRows(), most)
	same("close", batchwise.Close(), nil)
	same("rows", read(db, "SELECT COUNT(*), COUNT(n), SUM(i) FROM t"), [][]any{{int64(most), int64(666), int64(most * (most - 1) / 2)}})
	wrong := conn.Stmt()
	same("prepare", wrong.Prepare("INSERT INTO ? VALUES (?, ?, ?)"), nil)
	refused("table", wrong.SetTableName("no_such_table"), 0x2603, "Table does not exist")
	same("close", wrong.Close(), nil)

	version2(server)
	same("rows", read(db, "SELECT i, n, place FROM met WHERE g > 10 ORDER BY g, ts"), [][]any{
		{int32(1), "一", "north"}, {nil, nil, "north"}, {int32(3), "三", nil},
	})
}

// executed is what the driver calls when an execution of version 2 is done.
type executed chan [2]int

func (e executed) ExecCall(_ unsafe.Pointer, affected int, code int) {
	e <- [2]int{affected, code}
}

// version2: package wrapper, whose functions are those of C.
func version2(server Server) {
	conn, err := wrapper.TaosConnect(server.Host, "root", "taosdata", server.Database, server.Port)
	same("connect", err, nil)
	defer wrapper.TaosClose(conn)
	done := make(executed)
	handle := cgo.NewHandle(done)
	defer handle.Delete()
	statement := wrapper.TaosStmt2Init(conn, 0x7777, false, false, handle)
	if statement == nil {
		fail("no statement: %s", wrapper.TaosErrorStr(nil))
	}
	good := func(what string, code int) {
		if code != 0 {
			fail("%s: 0x%x %s", what, code, wrapper.TaosStmt2Error(statement))
		}
	}
	good("prepare", wrapper.TaosStmt2Prepare(statement, "INSERT INTO ? USING met TAGS (?, ?) (ts, i, n) VALUES (?, ?, ?)"))
	insert, code := wrapper.TaosStmt2IsInsert(statement)
	same("insert", []any{insert, code}, []any{true, 0})
	code, count, list := wrapper.TaosStmt2GetFields(statement)
	good("fields", code)
	same("fields", count, 6)
	fields := wrapper.Stmt2ParseAllFields(count, list)
	wrapper.TaosStmt2FreeFields(statement, list)
	same("bind", wrapper.TaosStmt2BindParam(statement, true, []*stmt.TaosStmt2BindData{
		{TableName: "x1", Tags: []driver.Value{int32(11), "north"}, Cols: [][]driver.Value{{base, base.Add(time.Second)}, {int32(1), nil}, {"一", nil}}},
		{TableName: "x2", Tags: []driver.Value{int32(12), nil}, Cols: [][]driver.Value{{base}, {int32(3)}, {"三"}}},
	}, fields, -1), nil)
	good("execute", wrapper.TaosStmt2Exec(statement))
	same("executed", <-done, [2]int{3, 0})

	good("prepare", wrapper.TaosStmt2Prepare(statement, "SELECT n FROM met WHERE g = ? AND place = ? AND i IS NOT NULL"))
	same("bind", wrapper.TaosStmt2BindParam(statement, false, []*stmt.TaosStmt2BindData{{Cols: [][]driver.Value{{int32(11)}, {"north"}}}}, nil, -1), nil)
	good("execute", wrapper.TaosStmt2Exec(statement))
	same("executed", <-done, [2]int{0, 0})
	same("close", wrapper.TaosStmt2Close(statement), 0)
	statement = wrapper.TaosStmt2Init(conn, 0, true, true, handle)
	same("refused", wrapper.TaosStmt2Prepare(statement, "DROP TABLE met") != 0, true)
	same("text", wrapper.TaosStmt2Error(statement), "stmt only support 'SELECT' or 'INSERT'")
	same("close", wrapper.TaosStmt2Close(statement), 0)

	// Version 1 by the same package: fields, and columns of rows.
	var old unsafe.Pointer = wrapper.TaosStmtInitWithReqID(conn, 0x7778)
	same("prepare", wrapper.TaosStmtPrepare(old, "INSERT INTO t (ts, n) VALUES (?, ?)"), 0)
	code, count, list = wrapper.TaosStmtGetColFields(old)
	same("fields", []any{code, count}, []any{0, 2})
	names := wrapper.StmtParseFields(count, list)
	wrapper.TaosStmtReclaimFields(old, list)
	same("field", names[1].Name, "n")
	same("close", wrapper.TaosStmtClose(old), 0)
}
