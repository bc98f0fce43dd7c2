package main

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
)

const many, batch = 50000, 2500

// note is the text in row i.
func note(i int) string {
	return fmt.Sprintf("Zeile %d äöü 行", i)
}

// fill makes a table of n rows.
func fill(db *sql.DB, table string, n int) {
	run(db, "CREATE TABLE "+table+" (ts TIMESTAMP, n INT, s NCHAR(30))")
	for start := 0; start < n; start += batch {
		var statement strings.Builder
		fmt.Fprintf(&statement, "INSERT INTO %s VALUES", table)
		for i := start; i < start+batch; i++ {
			if i%10 == 9 {
				fmt.Fprintf(&statement, " (%d, NULL, NULL)", base.UnixMilli()+int64(i))
			} else {
				fmt.Fprintf(&statement, " (%d, %d, '%s')", base.UnixMilli()+int64(i), i, note(i))
			}
		}
		same("inserted", run(db, statement.String()), int64(batch))
	}
}

// check compares the row i of fill.
func check(rows interface{ Scan(...any) error }, i int) {
	var ts time.Time
	var n sql.NullInt32
	var s sql.NullString
	same("scan", rows.Scan(&ts, &n, &s), nil)
	same("time", ts, base.Add(time.Duration(i)*time.Millisecond))
	if i%10 == 9 {
		same("NULLs", []bool{n.Valid, s.Valid}, []bool{false, false})
	} else {
		same("row", []any{n.Int32, s.String}, []any{int32(i), note(i)})
	}
}

// manyRows: a result of many blocks, and readers that stop early on one connection.
func manyRows(server Server) {
	db := server.Create("")
	defer db.Close()
	db.SetMaxOpenConns(1)
	fill(db, "t", many)
	rows, err := db.Query("SELECT * FROM t ORDER BY ts")
	same("query", err, nil)
	i := 0
	for ; rows.Next(); i++ {
		check(rows, i)
	}
	same("end", []any{rows.Err(), i, rows.Next()}, []any{error(nil), many, false})
	same("close", rows.Close(), nil)
	for _, limit := range []int{0, 1, 4096, 4097, 10000} {
		rows, err := db.Query("SELECT * FROM t ORDER BY ts")
		same("query", err, nil)
		for i := 0; i < limit; i++ {
			same("next", rows.Next(), true)
			check(rows, i)
		}
		same("close", rows.Close(), nil)
	}
	same("count", read(db, "SELECT COUNT(*) FROM t"), [][]any{{int64(many)}})
}

// cancel: contexts that end before, between and while rows are read. The driver hands nothing of a context to the
// library; database/sql frees the result when its context ends, whatever the reader is doing.
func cancel(server Server) {
	db := server.Create("")
	defer db.Close()
	db.SetMaxOpenConns(1) // so that a connection that does not come back is seen
	fill(db, "t", many)

	ended, end := context.WithCancel(context.Background())
	end()
	_, err := db.QueryContext(ended, "SELECT * FROM t")
	same("before", err, context.Canceled)

	ctx, end := context.WithCancel(context.Background())
	rows, err := db.QueryContext(ctx, "SELECT * FROM t ORDER BY ts")
	same("query", err, nil)
	for i := 0; i < 5000; i++ {
		same("next", rows.Next(), true)
		check(rows, i)
	}
	end()
	for deadline := time.Now().Add(20 * time.Second); rows.Next(); {
		if time.Now().After(deadline) {
			fail("rows go on after their context has ended")
		}
	}
	same("between", rows.Err(), context.Canceled)
	same("the connection is back", read(db, "SELECT COUNT(*) FROM t"), [][]any{{int64(many)}})

	ctx, end = context.WithTimeout(context.Background(), 100*time.Millisecond)
	rows, err = db.QueryContext(ctx, "SELECT * FROM t ORDER BY ts")
	same("query", err, nil)
	for i := 0; rows.Next(); i++ {
		time.Sleep(time.Millisecond)
	}
	same("time is up", rows.Err(), context.DeadlineExceeded)
	end()

	// at any moment: during the query, a fetch, a row
	before := runtime.NumGoroutine()
	for round := 0; round < 100; round++ {
		ctx, end := context.WithTimeout(context.Background(), time.Duration(round)*200*time.Microsecond)
		rows, err := db.QueryContext(ctx, "SELECT * FROM t ORDER BY ts")
		if err == nil {
			i := 0
			for ; rows.Next(); i++ {
			}
			if err = rows.Err(); err == nil {
				same("all rows", i, many)
			}
			same("close", rows.Close(), nil)
		}
		if err != nil {
			same("at any moment", err, context.DeadlineExceeded)
		}
		end()
	}
	same("the connection is back", read(db, "SELECT COUNT(*) FROM t"), [][]any{{int64(many)}})
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			fail("%d goroutines were %d", runtime.NumGoroutine(), before)
		}
	}
}

// goroutines: writers and readers side by side, on connections of a pool and all on one connection.
func goroutines(server Server) {
	db := server.Create("")
	defer db.Close()
	for _, connections := range []int{1, 4} {
		db.SetMaxOpenConns(connections)
		var group sync.WaitGroup
		for worker := 0; worker < 8; worker++ {
			group.Add(1)
			go func(table string, worker int) {
				defer group.Done()
				fill(db, table, batch)
				for round := 0; round < 10; round++ {
					rows, err := db.Query("SELECT * FROM " + table + " ORDER BY ts")
					same("query", err, nil)
					i := 0
					for ; rows.Next(); i++ {
						check(rows, i)
					}
					same("end", []any{rows.Err(), i}, []any{error(nil), batch})
					same("close", rows.Close(), nil)
					_, err = db.Query("SELECT * FROM no_such_table")
					refused("table", err, 0x2603, "Table does not exist")
				}
			}(fmt.Sprintf("t%d_%d", connections, worker), worker)
		}
		group.Wait()
	}
}
