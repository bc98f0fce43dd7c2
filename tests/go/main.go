// Programs over TDengine's Go connector, driver-go, in its native form: cgo against the installed header and library.
//
//	driver-go AREA HOST PORT DATABASE
//
// An area creates DATABASE, writes, reads back and compares with what it wrote. The first difference ends the program
// with status 1.
package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"time"

	tdErrors "github.com/taosdata/driver-go/v3/errors"
	_ "github.com/taosdata/driver-go/v3/taosSql"
)

// Server is what the command line says.
type Server struct {
	Host     string // of taos_connect: a name, or a connection string
	Port     int
	Database string
}

// DSN is a data source name of taosSql. A connection string stands in brackets, as an IPv6 address does.
func (s Server) DSN(database string) string {
	return fmt.Sprintf("root:taosdata@tcp(%s)/%s", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), database)
}

// Create makes the server's database anew and opens it.
func (s Server) Create(options string) *sql.DB {
	db := open(s.DSN(""))
	run(db, "DROP DATABASE IF EXISTS "+s.Database)
	run(db, "CREATE DATABASE "+s.Database+" "+options)
	same("close", db.Close(), nil)
	return open(s.DSN(s.Database))
}

var areas = map[string]func(Server){
	"types":      types,
	"times":      times,
	"arguments":  arguments,
	"errors":     errorsOf,
	"rows":       manyRows,
	"cancel":     cancel,
	"goroutines": goroutines,
	"af":         advanced,
	"plain":      plain,
	"schemaless": schemaless,
	"consumer":   consumer,
	"statements": statements,
	"events":     events,
}

func main() {
	if len(os.Args) != 5 || areas[os.Args[1]] == nil {
		fail("arguments: AREA HOST PORT DATABASE, not %q", os.Args[1:])
	}
	port, err := strconv.Atoi(os.Args[3])
	same("port", err, nil)
	areas[os.Args[1]](Server{os.Args[2], port, os.Args[4]})
	fmt.Println("ok")
}

func open(dsn string) *sql.DB {
	db, err := sql.Open("taosSql", dsn)
	same(dsn, err, nil)
	return db
}

type execer interface {
	Exec(query string, args ...any) (sql.Result, error)
}

// run executes a statement and answers how many rows it has changed.
func run(db execer, query string, args ...any) int64 {
	result, err := db.Exec(query, args...)
	if err != nil {
		fail("%s: %v", shortened(query), err)
	}
	changed, err := result.RowsAffected()
	same("RowsAffected", err, nil)
	return changed
}

// read answers all rows of a query.
func read(db *sql.DB, query string, args ...any) [][]any {
	rows, err := db.Query(query, args...)
	if err != nil {
		fail("%s: %v", shortened(query), err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	same("columns", err, nil)
	var all [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		same("scan", rows.Scan(into...), nil)
		all = append(all, row)
	}
	same(shortened(query), rows.Err(), nil)
	return all
}

// same ends the program when got is not want; times are the same when they are the same moment.
func same(what string, got, want any) {
	if t, is := got.(time.Time); is {
		if w, is := want.(time.Time); is && t.Equal(w) {
			return
		}
	}
	if !reflect.DeepEqual(got, want) {
		fail("%s: got %T %#v (%v), not %T %#v", what, got, got, got, want, want)
	}
}

// refused ends the program when err is not TDengine's error of this code and text.
func refused(what string, err error, code int32, text string) {
	var taos *tdErrors.TaosError
	if !errors.As(err, &taos) {
		fail("%s: %#v is no error of TDengine", what, err)
	}
	same(what, []any{taos.Code, taos.ErrStr}, []any{code, text})
}

func shortened(text string) string {
	if len(text) > 200 {
		return text[:200] + "..."
	}
	return text
}

func fail(format string, values ...any) {
	where := ""
	for depth := 1; depth < 6; depth++ {
		if _, file, line, ok := runtime.Caller(depth); ok {
			where += fmt.Sprintf("\n  %s:%d", file, line)
		}
	}
	fmt.Fprintf(os.Stderr, format+where+"\n", values...)
	os.Exit(1)
}
