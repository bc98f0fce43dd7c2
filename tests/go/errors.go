package main

import (
	"context"
	"fmt"
	"net"

	"github.com/taosdata/driver-go/v3/common"
)

// errorsOf: the codes and texts that the driver reports; a connection goes on after them.
func errorsOf(server Server) {
	db := server.Create("")
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err := db.Query("SELECT * FROM no_such_table")
	refused("table", err, 0x2603, "Table does not exist")
	_, err = db.Exec("INSERT INTO no_such_table VALUES (1, 1)")
	refused("insert", err, 0x2603, "Table does not exist")
	_, err = db.Exec("SELECT FROM WHERE")
	refused("syntax", err, 0x2600, `syntax error near "from where"`)
	ctx := context.WithValue(context.Background(), common.ReqIDKey, int64(0x1234567))
	_, err = db.QueryContext(ctx, "SELECT * FROM no_such_table")
	refused("with a request id", err, 0x2603, "Table does not exist")
	same("the connection goes on", fmt.Sprint(read(db, "SELECT 1")), "[[1]]")

	wrong := open("root:wrong@tcp(" + net.JoinHostPort(server.Host, fmt.Sprint(server.Port)) + ")/")
	defer wrong.Close()
	refused("password", wrong.Ping(), 0x357, "Authentication failure")
	missing := open(server.DSN("no_such_database"))
	defer missing.Close()
	refused("database", missing.Ping(), 0x388, "Database not exist")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	same("listen", err, nil)
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	nobody := open(Server{Host: "127.0.0.1", Port: port}.DSN(""))
	defer nobody.Close()
	refused("nobody listens", nobody.Ping(), 0x000b, fmt.Sprintf("Unable to establish connection: 127.0.0.1:%d: Connection refused; "+
		"taosAdapter listens on port 6041 unless configured otherwise, 6030 is TDengine's own", port))
}
