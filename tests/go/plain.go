package main

import (
	"database/sql/driver"
	"fmt"
	"io"
	"strings"
	"time"
	"unsafe"

	"github.com/taosdata/driver-go/v3/af"
	"github.com/taosdata/driver-go/v3/common"
	"github.com/taosdata/driver-go/v3/common/parser"
	"github.com/taosdata/driver-go/v3/wrapper"
	"github.com/taosdata/driver-go/v3/wrapper/handler"
)

// advanced: the package af, the driver's own interface without database/sql.
func advanced(server Server) {
	filled := server.Create("")
	defer filled.Close()
	fill(filled, "t", 4*batch)
	conn, err := af.Open(server.Host, "root", "taosdata", "", server.Port)
	same("open", err, nil)
	same("select", conn.SelectDB(server.Database), nil)
	result, err := conn.Exec("CREATE TABLE u (ts TIMESTAMP, s NCHAR(10))")
	same("create", err, nil)
	result, err = conn.ExecWithReqID("INSERT INTO u VALUES (?, ?) (?, ?)", 77, base, "'世界'", base.Add(time.Second), nil)
	same("insert", err, nil)
	affected, err := result.RowsAffected()
	same("affected", []any{affected, err}, []any{int64(2), error(nil)})
	_, err = conn.Exec("INSERT INTO no_such_table VALUES (1, 1)")
	refused("insert", err, 0x2603, "Table does not exist")
	// taos_select_db sets no last error when the server refuses (recorded in conformance/expected/01_connection.txt), and
	// the driver asks for its text all the same.
	refused("select", conn.SelectDB("no_such_database"), 0x388, "success")

	rows, err := conn.Query("SELECT * FROM t ORDER BY ts")
	same("query", err, nil)
	same("columns", rows.Columns(), []string{"ts", "n", "s"})
	values := make([]driver.Value, 3)
	i := 0
	for ; ; i++ {
		if err = rows.Next(values); err != nil {
			break
		}
		same("time", values[0], base.Add(time.Duration(i)*time.Millisecond))
		if i%10 == 9 {
			same("NULLs", values[1:], []driver.Value{nil, nil})
		} else {
			same("row", values[1:], []driver.Value{int32(i), note(i)})
		}
	}
	same("end", []any{err, i}, []any{io.EOF, 4 * batch})
	same("close", rows.Close(), nil)
	rows, err = conn.QueryWithReqID("SELECT s FROM u ORDER BY ts LIMIT ?", 78, 1)
	same("query", err, nil)
	one := make([]driver.Value, 1)
	same("next", rows.Next(one), nil)
	same("text", one, []driver.Value{"世界"})
	same("close", rows.Close(), nil)
	if group, err := conn.GetTableVGroupID(server.Database, "t"); err != nil || group <= 0 {
		fail("vgroup %d, %v", group, err)
	}
	same("close", conn.Close(), nil)
}

// plain: the package wrapper, the C functions one by one: synchronous and asynchronous, by row and by block.
func plain(server Server) {
	filled := server.Create("")
	defer filled.Close()
	rowCount := 4 * batch
	fill(filled, "t", rowCount)
	conn, err := wrapper.TaosConnect(server.Host, "root", "taosdata", server.Database, server.Port)
	same("connect", err, nil)
	database, err := wrapper.TaosGetCurrentDB(conn)
	same("database", []any{database, err}, []any{server.Database, error(nil)})
	if info := wrapper.TaosGetServerInfo(conn); !strings.Contains(info, "3.") {
		fail("server %q", info)
	}
	if info := wrapper.TaosGetClientInfo(); !strings.Contains(info, "3.") {
		fail("client %q", info)
	}
	same("valid", wrapper.TaosValidateSql(conn, "SELECT * FROM t"), 0)
	same("not valid", wrapper.TaosValidateSql(conn, "SELECT FROM WHERE")&0xffff, 0x2600)
	same("table info", wrapper.TaosLoadTableInfo(conn, []string{server.Database + ".t"}), 0)
	groups, code := wrapper.TaosGetTablesVgID(conn, server.Database, []string{"t", "t"})
	if code != 0 || len(groups) != 2 || groups[0] <= 0 || groups[0] != groups[1] {
		fail("vgroups %v, %x", groups, code)
	}

	query := "SELECT * FROM t ORDER BY ts"
	kinds := []uint8{common.TSDB_DATA_TYPE_TIMESTAMP, common.TSDB_DATA_TYPE_INT, common.TSDB_DATA_TYPE_NCHAR}
	compare := func(i int, values []driver.Value) {
		same("time", values[0], base.Add(time.Duration(i)*time.Millisecond))
		if i%10 == 9 {
			same("NULLs", values[1:], []driver.Value{nil, nil})
		} else {
			same("row", values[1:], []driver.Value{int32(i), note(i)})
		}
	}
	rowwise := func(row unsafe.Pointer, lengths []int, i int) {
		values := make([]driver.Value, 3)
		for c := range values {
			values[c] = wrapper.FetchRow(row, c, kinds[c], lengths[c], common.PrecisionMilliSecond)
		}
		compare(i, values)
	}
	blockwise := func(block unsafe.Pointer, rows, start int) {
		values := make([]driver.Value, 3)
		for i := 0; i < rows; i++ {
			same("read", parser.ReadRow(values, block, rows, i, kinds, common.PrecisionMilliSecond, make([]int64, 3)), nil)
			compare(start+i, values)
		}
	}
	begin := func() unsafe.Pointer {
		res := wrapper.TaosQueryWithReqID(conn, query, common.GetReqID())
		same(wrapper.TaosErrorStr(res), wrapper.TaosError(res), 0)
		same("update", wrapper.TaosIsUpdateQuery(res), false)
		header, err := wrapper.ReadColumn(res, wrapper.TaosNumFields(res))
		same("columns", []any{header.ColNames, header.ColTypes, err}, []any{[]string{"ts", "n", "s"}, kinds, error(nil)})
		same("precision", wrapper.TaosResultPrecision(res), common.PrecisionMilliSecond)
		return res
	}

	res, i := begin(), 0
	for row := wrapper.TaosFetchRow(res); row != nil; row = wrapper.TaosFetchRow(res) {
		rowwise(row, wrapper.FetchLengths(res, 3), i)
		i++
	}
	same("by row", i, rowCount)
	wrapper.TaosFreeResult(res)

	res, i = begin(), 0
	for {
		rows, code, block := wrapper.TaosFetchRawBlock(res)
		same("fetch", code, 0)
		if rows == 0 {
			break
		}
		blockwise(block, rows, i)
		i += rows
	}
	same("by raw block", i, rowCount)
	wrapper.TaosFreeResult(res)

	pool := handler.NewHandlerPool(1)
	waiting := pool.Get()
	asked := func(sql string) *handler.AsyncResult {
		wrapper.TaosQueryA(conn, sql, waiting.Handler)
		return <-waiting.Caller.QueryResult
	}
	failed := asked("SELECT * FROM no_such_table")
	same("asynchronous", []any{failed.N & 0xffff, wrapper.TaosError(failed.Res) & 0xffff, wrapper.TaosErrorStr(failed.Res)},
		[]any{0x2603, 0x2603, "Table does not exist"})
	wrapper.TaosFreeResult(failed.Res)

	done := asked(query)
	same("asynchronous", done.N, 0)
	for i = 0; ; {
		wrapper.TaosFetchRowsA(done.Res, waiting.Handler)
		fetched := <-waiting.Caller.FetchResult
		same("result", fetched.Res, done.Res)
		if fetched.N <= 0 {
			same("end", fetched.N, 0)
			break
		}
		for end := i + fetched.N; i < end; i++ {
			rowwise(wrapper.TaosFetchRow(done.Res), wrapper.FetchLengths(done.Res, 3), i)
		}
	}
	same("by asynchronous rows", i, rowCount)
	wrapper.TaosFreeResult(done.Res)

	done = asked(query)
	same("asynchronous", done.N, 0)
	for i = 0; ; {
		wrapper.TaosFetchRawBlockA(done.Res, waiting.Handler)
		fetched := <-waiting.Caller.FetchResult
		same("result", fetched.Res, done.Res)
		if fetched.N <= 0 {
			same("end", fetched.N, 0)
			break
		}
		blockwise(wrapper.TaosGetRawBlock(done.Res), fetched.N, i)
		i += fetched.N
	}
	same("by asynchronous raw blocks", i, rowCount)
	wrapper.TaosFreeResult(done.Res)

	res = wrapper.TaosQuery(conn, "CREATE TABLE u (ts TIMESTAMP, n INT)")
	same("update", []any{wrapper.TaosError(res), wrapper.TaosIsUpdateQuery(res)}, []any{0, true})
	wrapper.TaosFreeResult(res)
	res = wrapper.TaosQuery(conn, fmt.Sprintf("INSERT INTO u VALUES (%d, 1)", base.UnixMilli()))
	same("insert", []any{wrapper.TaosError(res), wrapper.TaosAffectedRows(res)}, []any{0, 1})
	wrapper.TaosFreeResult(res)

	wrapper.TaosResetCurrentDB(conn)
	res = wrapper.TaosQuery(conn, "SELECT * FROM t")
	same("no database", wrapper.TaosErrorStr(res), "Database not specified")
	wrapper.TaosFreeResult(res)
	same("select", wrapper.TaosSelectDB(conn, server.Database), 0)
	wrapper.TaosClose(conn)
}
