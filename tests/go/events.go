package main

import (
	"fmt"
	"time"
	"unsafe"

	"github.com/taosdata/driver-go/v3/common"
	"github.com/taosdata/driver-go/v3/wrapper"
	"github.com/taosdata/driver-go/v3/wrapper/cgo"
)

// events: what happens to a user, through the driver's channels; and the user's white list.
func events(server Server) {
	root := login(server, "root", "taosdata")
	defer wrapper.TaosClose(root)
	name := "u_" + server.Database
	statement(root, fmt.Sprintf("create user %s pass 'First_1!'", name))
	conn := login(server, name, "First_1!")
	defer wrapper.TaosClose(conn)
	lists := make(chan *wrapper.WhitelistResult, 1)
	wrapper.TaosFetchWhitelistA(conn, cgo.NewHandle(lists))
	list := <-lists
	same("white list", []any{list.ErrCode, len(list.IPNets)}, []any{int32(0), 1})
	same("range", list.IPNets[0].String(), "0.0.0.0/0")

	password, changed, dropped := make(chan int32, 1), make(chan int64, 1), make(chan struct{}, 1)
	same("type 0", wrapper.TaosSetNotifyCB(conn, cgo.NewHandle(password), common.TAOS_NOTIFY_PASSVER), int32(0))
	same("type 1", wrapper.TaosSetNotifyCB(conn, cgo.NewHandle(changed), common.TAOS_NOTIFY_WHITELIST_VER), int32(0))
	same("type 2", wrapper.TaosSetNotifyCB(conn, cgo.NewHandle(dropped), common.TAOS_NOTIFY_USER_DROPPED), int32(0))
	statement(root, fmt.Sprintf("alter user %s pass 'Second_2!'", name))
	same("password", told("password", password), int32(1))
	statement(root, fmt.Sprintf("alter user %s add host '192.168.1.98/0','192.168.1.98/32'", name))
	same("white lists are off", told("white list", changed), int64(0))
	statement(root, fmt.Sprintf("drop user %s", name))
	told("dropped", dropped)
}

func login(server Server, user, password string) unsafe.Pointer {
	conn, err := wrapper.TaosConnect(server.Host, user, password, "", server.Port)
	same("login of "+user, err, nil)
	return conn
}

func statement(conn unsafe.Pointer, sql string) {
	res := wrapper.TaosQuery(conn, sql)
	if wrapper.TaosError(res) != 0 {
		fail("%s: %s", sql, wrapper.TaosErrorStr(res))
	}
	wrapper.TaosFreeResult(res)
}

// told answers what comes through a channel, within half a minute.
func told[T any](what string, from chan T) (value T) {
	select {
	case value = <-from:
	case <-time.After(30 * time.Second):
		fail("nothing was told of: %s", what)
	}
	return value
}
